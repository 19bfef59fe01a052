/** Longest time for a call in a process that runs, on a machine that has much else to do, in milliseconds. */
export const boundMs = 30_000;
