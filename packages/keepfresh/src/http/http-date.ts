/**
 * Milliseconds of an HTTP date in any of its three forms (RFC 9110, 5.6.7), or undefined for anything else.
 * What `Date.parse` takes beyond them, such as a lone number, is no date here.
 */
export function parseHttpDate(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const form = forms.find((each) => each.test(value));
  if (form === undefined) return undefined;
  const text = form === asctime ? `${value} GMT` : value.replace(shortYear, fullYear);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

const shortYear = /-(\d{2})(?= )/;

/**
 * A year of two digits: 70 to 99 are of the last century, as POSIX has it. RFC 9110 draws the line 50 years ahead
 * of now, which differs by a few years that no response has.
 */
function fullYear(_match: string, digits: string): string {
  return `-${digits < '70' ? '20' : '19'}${digits}`;
}

/** A moment in the form that is sent (IMF-fixdate). */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const time = String.raw`\d{2}:\d{2}:\d{2}`;
const asctime = new RegExp(`^${day} ${month} [ \\d]\\d ${time} \\d{4}$`);
const forms = [
  new RegExp(`^${day}, \\d{2} ${month} \\d{4} ${time} GMT$`),
  new RegExp(
    String.raw`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-${month}-\d{2} ${time} GMT$`,
  ),
  asctime,
];
