/**
 * Peggy grammar of texts with `#{…}`. Every alternative is chosen by the characters at hand and whatever is wrong throws at once (`options.refuse`),
 * so nothing is ever read twice: the time is linear, and the depth is bounded before the parser's own recursion grows.
 */
export const TEMPLATE_GRAMMAR = String.raw`
{
  const open = []; // where everything begins that is not closed yet
  const enter = (at) => { if (open.push(at) > options.maxDepth) options.refuse('deep', at); };
  const within = (problem, at) => options.refuse(at < input.length ? problem : 'unclosed', at < input.length ? at : open.at(-1) ?? at);
  const blank = (name) => name.every((part) => typeof part === 'string' && part.trim() === '');
  const compared = (name) => name.some((part) => typeof part === 'string' && /[!=]=/.test(part));
  // In conditions and calculations a name stands alone; there #{A} would mean the variable that A names.
  const bare = (name, at) => {
    if (blank(name)) options.refuse('empty', open.at(-1) ?? at);
    if (name.filter((part) => typeof part !== 'string' || part.trim() !== '').every((part) => typeof part !== 'string')) options.refuse('bare', at);
    return true;
  };
}

text = @template stray
condition = @test gap end
end = '' { if (offset() < input.length) options.refuse('character', offset()); }
stray = '' { if (offset() < input.length) options.refuse('stray', offset()); }

template = (escape / !ending @block / literal)*

escape = '##{' { return '#\x7b'; } // a brace in a code block would have to be closed
literal = $([^#]+ / '#' !('{' / '#{'))+
ending = '#{' gap ('/' / 'else'i gap '}')

block = opening gap @(conditional / repetition / calculation / reference)
opening = '#{' { enter(offset()); }
closing = gap '}' { open.pop(); } / broken
head = gap '}' / broken
broken = '' { within('character', offset()); }

reference = name:name filters:filter* &{ return !blank(name) || options.refuse('empty', open.at(-1)); } &{ return !compared(name) || options.refuse('comparison', open.at(-1)); } closing { return { kind: 'reference', name, filters }; }
name = (block / piece)*
piece = $[^#{}|\x00-\x1f\x7f-\x9f]+

filter = '|' gap called:filter_name args:(gap @argument)* gap { return { name: options.filter(called.word, args.length, called.at), args }; }
filter_name = [A-Za-z0-9_]* { return { word: text(), at: offset() }; }
argument = quoted / block / $(!operator [^#{}|"\x00-\x20\x7f-\x9f])+
quoted = quotation:('"' @$[^"]* ('"' / unquoted) / '\\"' @$(!'\\"' .)* ('\\"' / unquoted)) {
    return quotation.includes('#\x7b') ? options.refuse('quoted', offset()) : quotation;
  }
unquoted = '' { options.refuse('unquoted', open.at(-1) ?? offset()); }

conditional
  = 'if'i space test:test head then:template otherwise:otherwise end_if { return { kind: 'if', test, then, otherwise }; }
  / 'unless'i space test:test head then:template otherwise:otherwise end_unless { return { kind: 'if', test, then: otherwise, otherwise: then }; }
otherwise = '#{' gap 'else'i gap '}' @template / '' { return []; }
end_if = '#{' gap '/' gap 'if'i gap '}' { open.pop(); } / unended
end_unless = '#{' gap '/' gap 'unless'i gap '}' { open.pop(); } / unended
end_each = '#{' gap '/' gap 'each'i gap '}' { open.pop(); } / unended
unended = '' { options.refuse(offset() < input.length ? 'mismatched' : 'unended', offset() < input.length ? offset() : open.at(-1)); }

test = left:operand gap comparison:(equal:operator right:operand { return { equal, right }; })? { return { left, ...comparison }; }
operator = '==' { return true; } / '!=' { return false; }
operand = gap @(quoted / named)
named = at:here name:(block / condition_piece)* filters:filter* &{ return bare(name, at); } { return { kind: 'reference', name, filters }; }
condition_piece = $(!operator [^#{}|\x00-\x1f\x7f-\x9f])+

repetition = 'each'i space over:(gap item:item space gap 'in'i space gap of:name { return { item, of }; } / no_each) &{ return !blank(over.of) || options.refuse('empty', open.at(-1)); }
  head body:template end_each { return { kind: 'each', item: over.item, of: over.of, body }; }
item = $[^#{}|\[\].\x00-\x20\x7f-\x9f]+
no_each = '' { options.refuse('each', open.at(-1)); }

calculation = 'calc'i space @sum closing
sum = first:product rest:(gap operator:[+-] operand:product { return { operator, operand }; })* { return rest.length === 0 && first.kind === 'calc' ? first : { kind: 'calc', first, rest }; }
product = first:factor rest:(gap operator:[*/%] operand:factor { return { operator, operand }; })* { return rest.length === 0 ? first : { kind: 'calc', first, rest }; }
factor = gap @(number / group / braced / unbraced)
number = digits:$('-'? [0-9]+ ('.' [0-9]+)?) { return Number(digits); }
group = group_start @sum (gap ')' { open.pop(); } / '' { within('calc', offset()); })
group_start = '(' { enter(offset()); }
braced = '{' at:here name:name ('}' / broken) &{ return bare(name, at); } { return { kind: 'reference', name, filters: [] }; }
unbraced = at:here name:(block / calc_piece)+ &{ return bare(name, at); } { return { kind: 'reference', name, filters: [] }; } / '' { within('calc', offset()); }
calc_piece = $[^#{}|()+*/%\x00-\x20\x7f-\x9f-]+

here = '' { return offset(); }
gap = space*
space = [ \t\r\n]
`;
