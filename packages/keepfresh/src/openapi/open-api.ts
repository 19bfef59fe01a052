/** The parts of an OpenAPI document (3.0 and 3.1) that caching is described in; everything else is left as it is. */
export interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, object | undefined>>;
}

/** What one method of a path does. */
export interface OpenApiOperation {
  description?: string;
  responses?: Record<string, OpenApiResponse | { readonly $ref: string }>;
}

export interface OpenApiResponse {
  description?: string;
  headers?: Record<string, OpenApiHeader | { readonly $ref: string }>;
}

export interface OpenApiHeader {
  readonly description: string;
  readonly schema: { readonly type: 'string' | 'integer' };
  readonly example?: string | number;
}
