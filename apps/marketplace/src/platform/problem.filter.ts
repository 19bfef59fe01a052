import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bodyOf, plainBody, Problem, type ProblemBody } from './problem.ts';

/** Answers every failure with a problem (RFC 9457); what nobody foresaw goes to the log only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const body = this.#body(error, request);
    if (body.status === 401) reply.header('www-authenticate', 'Bearer');
    reply.code(body.status).type('application/problem+json').send(body);
  }

  #body(error: unknown, request: FastifyRequest): ProblemBody {
    if (error instanceof Problem) return bodyOf(error, request.id);
    const status = statusOf(error);
    if (status < 500) return plainBody(status, (error as Error).message, request.id);
    request.log.error({ err: error }, 'request failed');
    const foreseen = isDatabaseAway(error)
      ? new Problem('unavailable', 'The database cannot be reached.')
      : new Problem('internal', 'An unexpected error occurred.');
    return bodyOf(foreseen, request.id);
  }
}

/** The status that Nest or Fastify gave the error; 500 for any other. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 ? statusCode : 500;
}

/**
 * Whether the error says that there is no connection: a refused or broken socket, a server that shuts down
 * (PostgreSQL's classes 08 and 57P), or a pool whose connections are all taken.
 */
function isDatabaseAway(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|08|57P)/.test(code) ||
    /connection terminated|timeout exceeded when trying to connect/i.test(message)
  );
}
