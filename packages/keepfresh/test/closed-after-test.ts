import { onTestFinished } from 'vitest';

/** What a test has opened: it is closed when the test is over, however it ended. */
export function closedAfterTest<T extends { close(): Promise<void> }>(opened: T): T {
  onTestFinished(() => opened.close());
  return opened;
}
