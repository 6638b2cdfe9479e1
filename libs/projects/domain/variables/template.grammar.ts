/**
 * Peggy grammar of texts with `#{Name}`. Every alternative is chosen by the characters at hand and whatever is wrong throws at once (`options.refuse`),
 * so nothing is ever read twice: the time is linear, and the depth is bounded before the parser's own recursion grows.
 */
export const TEMPLATE_GRAMMAR = String.raw`
{ const open = []; }

template = (escape / reference / text)*

escape = '##{' { return '#\x7b'; } // a brace in a code block would have to be closed
text = $([^#]+ / '#' !('{' / '#{'))+

reference = opening (statement / output)? name:(reference / piece / filter)* closing {
    const blank = name.every((part) => typeof part === 'string' && part.trim() === '');
    return blank ? options.refuse('empty', offset()) : { name };
  }

opening = '#{' { if (open.push(offset()) > options.maxDepth) options.refuse('deep', offset()); }
closing = '}' { open.pop(); }
  / '' { options.refuse(offset() < input.length ? 'character' : 'unclosed', offset() < input.length ? offset() : open.at(-1)); }

piece = $[^#{}|\x00-\x1f\x7f-\x9f]+

statement = gap ('if'i / 'unless'i / 'each'i / 'calc'i) space { options.refuse('statement', open.at(-1)); }
  / gap '/' { options.refuse('statement', open.at(-1)); }
  / gap 'else'i gap '}' { options.refuse('statement', open.at(-1)); }
output = gap 'Step'i '[' { options.refuse('output', open.at(-1)); }
filter = '|' { options.refuse('filter', offset()); }

gap = space*
space = [ \t\r\n]
`;
