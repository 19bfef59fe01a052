import { startRedis } from '../../test/servers/redis-server.ts';
import { contenderNamed } from '../contenders/index.ts';
import type { Answers, Measurement, Question } from '../questions/question.ts';
import { serveActor } from '../../test/adversarial/actor.ts';

/** The question whose file has this name. */
export async function questionNamed(name: string): Promise<Question> {
  return ((await import(`../questions/${name}.ts`)) as { question: Question }).question;
}

let measurement: Measurement | undefined;

/** One contender answering one question; everything it starts ends with its process. */
const functions = {
  async open(name: string, contender: string): Promise<void> {
    const question = await questionNamed(name);
    const server = await startRedis({ args: question.redisArgs ?? [] });
    measurement = await question.open({ contender: contenderNamed(contender), server });
  },
  round: (): Promise<Answers> => measurement!.round(),
};

if (import.meta.main) serveActor(functions);
