import { type LoadFailure, longestFailureText } from '../../core/ports/store.ts';

/** A failure as it is kept for other processes: its texts cut, nothing else of the error. */
export function failureToJson(failure: LoadFailure): string {
  const { name, message, code } = failure;
  return JSON.stringify({ name: cut(name), message: cut(message), code: code && cut(code) });
}

/** The failure in `json`; what is missing or of another type becomes empty. Never throws. */
export function failureFromJson(json: string): LoadFailure {
  const { name, message, code } = parsed(json);
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : '',
    ...(typeof code === 'string' ? { code } : {}),
  };
}

function parsed(json: string): Partial<Record<keyof LoadFailure, unknown>> {
  try {
    return (JSON.parse(json) as object | null) ?? {};
  } catch {
    return {};
  }
}

function cut(text: string): string {
  return text.slice(0, longestFailureText);
}
