import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { checkJson } from '../validation/check-json';

/**
 * Refuses route parameters that no store can hold: one may cut a name at a NUL and show something else. Whether a name is a slug or an id is not asked
 * here: nothing is called otherwise, so nothing is found.
 */
@Injectable()
export class ParameterPipe implements PipeTransform {
  transform(value: unknown, { type, data }: ArgumentMetadata): unknown {
    if (type === 'param') checkJson({ [data ?? 'parameter']: value });
    return value;
  }
}
