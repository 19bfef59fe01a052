/** Header fields by their lower-case names; several lines of one field are an array or joined by commas. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request as far as caching looks at it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as received; never decoded. */
  readonly url: string;
  /** The site that was asked for: the application's own name for it, or the `Host` field. */
  readonly host: string;
  readonly headers: HttpHeaders;
  /** What the framework's router found in the path, decoded, such as `id` of `/products/:id`; none without a router. */
  readonly params: Readonly<Record<string, string>>;
}

/** A response without its body. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
}

/** The value of a field, its lines joined as RFC 9110 (5.3) joins them; undefined when it is absent. */
export function fieldValue(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || typeof value === 'string' ? value : value.join(', ');
}
