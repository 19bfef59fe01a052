import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

/** Injection token of the admin token. */
export const ADMIN_TOKEN = Symbol('ADMIN_TOKEN');

/** Lets a request through that presents the admin token as bearer token (RFC 6750). */
@Injectable()
export class TokenGuard implements CanActivate {
  readonly #expected: Buffer;

  constructor(@Inject(ADMIN_TOKEN) adminToken: string) {
    this.#expected = digest(adminToken);
  }

  canActivate(context: ExecutionContext): true {
    const { authorization = '' } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    const presented = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (presented === undefined) {
      throw new Problem('unauthorized', 'The header Authorization: Bearer <token> is missing.');
    }
    if (!timingSafeEqual(digest(presented), this.#expected)) {
      throw new Problem('unauthorized', 'The token is not the one that was printed at start.');
    }
    return true;
  }
}

/** Digests have one length, which the comparison in constant time needs. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
