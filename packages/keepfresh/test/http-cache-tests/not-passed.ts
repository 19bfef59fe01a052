/**
 * Why a test of the public suite is not passed. `beside the handler`: it is of what a cache does that has its origin
 * behind a network. `optional`: RFC 9111 leaves it to the cache, and the suite requires nothing. `stricter`: it would
 * store, or confirm, what is not to be on purpose. `its own flaw`: no cache can pass it as it is run here.
 */
export type Because = 'beside the handler' | 'optional' | 'stricter' | 'its own flaw';

export interface NotPassed {
  readonly because: Because;
  readonly why: string;
  readonly tests: readonly string[];
}

/**
 * The tests of the public suite that this cache does not pass, and why: each reason with its tests. Whatever else
 * comes to fail, or comes to pass, makes the test of this list fail.
 */
export const notPassed: readonly NotPassed[] = [
  {
    because: 'beside the handler',
    why: 'What is stale is made anew by the handler, which is in the same process: there is nothing to gain from asking it whether what is stored still holds, so no conditional requests are made, and no 304 is ever received.',
    tests: [
      '304-etag-update-response-Cache-Control',
      '304-etag-update-response-Clear-Site-Data',
      '304-etag-update-response-Content-Encoding',
      '304-etag-update-response-Content-Foo',
      '304-etag-update-response-Content-Length',
      '304-etag-update-response-Content-Location',
      '304-etag-update-response-Content-MD5',
      '304-etag-update-response-Content-Range',
      '304-etag-update-response-Content-Security-Policy',
      '304-etag-update-response-Content-Type',
      '304-etag-update-response-ETag',
      '304-etag-update-response-Expires',
      '304-etag-update-response-Public-Key-Pins',
      '304-etag-update-response-Set-Cookie',
      '304-etag-update-response-Set-Cookie2',
      '304-etag-update-response-Test-Header',
      '304-etag-update-response-X-Content-Foo',
      '304-etag-update-response-X-Frame-Options',
      '304-etag-update-response-X-Test-Header',
      '304-etag-update-response-X-XSS-Protection',
      '304-lm-use-stored-Test-Header',
      'cc-resp-must-revalidate-stale',
      'cc-resp-no-cache-revalidate',
      'cc-resp-no-cache-revalidate-fresh',
      'ccreq-no-cache-etag',
      'ccreq-no-cache-lm',
      'conditional-etag-strong-generate',
      'conditional-etag-strong-generate-unquoted',
      'conditional-etag-vary-headers',
      'conditional-etag-vary-headers-mismatch',
      'conditional-etag-weak-generate-weak',
    ],
  },
  {
    because: 'optional',
    why: 'Freshness is explicit: heuristics are optional, and wrong for an API.',
    tests: [
      'heuristic-200-cached',
      'heuristic-203-cached',
      'heuristic-204-cached',
      'heuristic-404-cached',
      'heuristic-405-cached',
      'heuristic-410-cached',
      'heuristic-414-cached',
      'heuristic-501-cached',
      'heuristic-599-cached',
      'heuristic-delta-10',
      'heuristic-delta-1200',
      'heuristic-delta-1800',
      'heuristic-delta-30',
      'heuristic-delta-300',
      'heuristic-delta-3600',
      'heuristic-delta-43200',
      'heuristic-delta-5',
      'heuristic-delta-60',
      'heuristic-delta-600',
      'heuristic-delta-86400',
      'other-heuristic-content-disposition-attachment',
      'pragma-response-no-cache-heuristic',
    ],
  },
  {
    because: 'optional',
    why: 'Requests for a range go to the handler, and parts are not stored.',
    tests: [
      'partial-store-complete-reuse-partial',
      'partial-store-complete-reuse-partial-no-last',
      'partial-store-complete-reuse-partial-suffix',
      'partial-store-partial-complete',
      'partial-store-partial-reuse-partial',
      'partial-store-partial-reuse-partial-absent',
      'partial-store-partial-reuse-partial-byterange',
      'partial-store-partial-reuse-partial-suffix',
      'partial-use-headers',
      'partial-use-stored-headers',
    ],
  },
  {
    because: 'optional',
    why: 'What a client asks for in Cache-Control is advice, but for no-store: it would let anybody make the handler work.',
    tests: [
      'ccreq-ma0',
      'ccreq-ma1',
      'ccreq-magreaterage',
      'ccreq-max-stale',
      'ccreq-max-stale-age',
      'ccreq-min-fresh',
      'ccreq-min-fresh-age',
      'ccreq-no-cache',
      'ccreq-oic',
    ],
  },
  {
    because: 'stricter',
    why: 'What sets a cookie is never stored.',
    tests: ['headers-store-Set-Cookie', 'other-set-cookie'],
  },
  {
    because: 'stricter',
    why: 'no-cache with field names counts like no-cache: what it forbids to reuse is not stored at all.',
    tests: [
      'headers-omit-headers-listed-in-Cache-Control-no-cache',
      'headers-omit-headers-listed-in-Cache-Control-no-cache-single',
    ],
  },
  {
    because: 'optional',
    why: 'What is no valid date or number is not made one: such a response is not fresh.',
    tests: [
      'freshness-expires-32bit',
      'freshness-expires-far-future',
      'freshness-expires-invalid-1-digit-hour',
      'freshness-expires-invalid-2-digit-year',
      'freshness-expires-invalid-aest',
      'freshness-expires-invalid-date-dashes',
      'freshness-expires-invalid-multiple-lines',
      'freshness-expires-invalid-multiple-spaces',
      'freshness-expires-invalid-no-comma',
      'freshness-expires-invalid-time-periods',
      'freshness-expires-invalid-utc',
      'freshness-expires-wrong-case-month',
      'freshness-expires-wrong-case-tz',
      'freshness-expires-wrong-case-weekday',
      'freshness-max-age-100a',
      'freshness-max-age-a100',
      'freshness-max-age-decimal-five',
      'freshness-max-age-decimal-zero',
      'freshness-max-age-two-stale-fresh-sameline',
      'freshness-max-age-two-stale-fresh-sepline',
    ],
  },
  {
    because: 'optional',
    why: 'Entity tags are compared as RFC 9110 writes them: quoted, with W/ in upper case.',
    tests: [
      'conditional-etag-quoted-respond-unquoted',
      'conditional-etag-unquoted-respond-quoted',
      'conditional-etag-unquoted-respond-unquoted',
      'conditional-etag-weak-respond-backslash',
      'conditional-etag-weak-respond-lowercase',
      'conditional-etag-weak-respond-omit-slash',
    ],
  },
  {
    because: 'optional',
    why: 'The handler is asked for the whole response, which is kept, whatever the client has.',
    tests: [
      'conditional-etag-forward',
      'conditional-etag-forward-unquoted',
      'conditional-lm-stale',
    ],
  },
  {
    because: 'optional',
    why: 'HEAD is answered from what GET stored, and what the handler answers to HEAD changes nothing of it.',
    tests: ['head-200-freshness-update', 'head-200-retain', 'head-200-update', 'head-410-update'],
  },
  {
    because: 'optional',
    why: 'Responses to unsafe requests are not stored.',
    tests: ['method-POST'],
  },
  {
    because: 'optional',
    why: 'Languages are not negotiated here: the same text is the same variant.',
    tests: ['vary-normalise-lang-case', 'vary-normalise-lang-order', 'vary-normalise-lang-select'],
  },
  {
    because: 'its own flaw',
    why: 'The origin breaks off, the proxy answers 502 as it must, and the suite takes every response without a count of the origin for a stored one. That must-revalidate and its like forbid what is stale is in response-freshness.test.ts.',
    tests: [
      'stale-close-must-revalidate',
      'stale-close-no-cache',
      'stale-close-proxy-revalidate',
      'stale-close-s-maxage=2',
    ],
  },
  {
    because: 'its own flaw',
    why: 'It wants `Age: 0,7200` to count as 0, and age-parse-prefix-twoline wants the same in two lines, which are one field (RFC 9110, 5.3), to count as old.',
    tests: ['age-parse-prefix'],
  },
  {
    because: 'its own flaw',
    why: 'Its origin writes the tag in UTF-8 and its client in Latin-1, so they are two.',
    tests: ['conditional-etag-strong-respond-obs-text'],
  },
  {
    because: 'optional',
    why: 'Warning is obsolete (RFC 9111, 5.5).',
    tests: ['stale-warning-become', 'stale-warning-stored'],
  },
  {
    because: 'stricter',
    why: 'Date has whole seconds: in place of Last-Modified it would confirm what was changed within one.',
    tests: ['conditional-lm-fresh-no-lm'],
  },
  {
    because: 'stricter',
    why: 'A blank around the = of a directive is read over: what forbids must count however it is written.',
    tests: ['freshness-max-age-space-after-equals', 'freshness-max-age-space-before-equals'],
  },
];
