import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

/** One line in the log for each request, when its response was sent. */
export class RequestLog extends LogController {
  constructor({ enabled }: { readonly enabled: boolean }) {
    super({ disableRequestLogging: !enabled, requestIdLogLabel: 'requestId' });
  }

  override incomingRequest(): void {}

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    if (this.isLogDisabled(request)) return;
    const line = {
      method: request.method,
      url: request.url,
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 100) / 100,
    };
    if (error) request.log.warn({ ...line, err: error }, 'response broken off');
    else request.log.info(line, 'request');
  }
}
