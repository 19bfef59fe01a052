import { RedisCluster } from '../../test/servers/redis-cluster.ts';
import { startRedis } from '../../test/servers/redis-server.ts';
import type { Contender } from '../contenders/contender.ts';
import type { DoorContender } from '../doors/door.ts';
import type { MemoryContender } from '../memories/memory.ts';
import type { AnyQuestion, Answers, CodecContender, Measurement } from '../questions/question.ts';
import { serveActor } from '../../test/adversarial/actor.ts';

/** Whoever stands in a table. */
export type Listed = Pick<
  Contender | MemoryContender | CodecContender | DoorContender,
  'name' | 'package' | 'note'
>;

/** The question whose file has this name. */
export async function questionNamed(name: string): Promise<AnyQuestion> {
  const file = (await import(`../questions/${name}.ts`)) as { question: AnyQuestion };
  return file.question;
}

/** Who is asked. */
export function askedBy(question: AnyQuestion): readonly Listed[] {
  if ('codecs' in question) return question.codecs;
  if ('doors' in question) return question.doors;
  return 'memories' in question ? question.memories : question.contenders;
}

async function openFor(question: AnyQuestion, name: string): Promise<Measurement> {
  if ('codecs' in question) return question.open(named(question.codecs, name));
  if ('doors' in question) return question.open(named(question.doors, name));
  if ('memories' in question) return question.open(named(question.memories, name));
  const contender = named(question.contenders, name);
  if (question.clustered === true) {
    const cluster = await RedisCluster.start();
    return question.open({ contender, server: cluster.nodes[0]!, cluster: cluster.urls });
  }
  const server = await startRedis({ args: question.redisArgs ?? [] });
  return question.open({ contender, server });
}

function named<T extends Listed>(contenders: readonly T[], name: string): T {
  const found = contenders.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no contender named ${name}`);
  return found;
}

let measurement: Measurement | undefined;

/** One contender answering one question; everything it starts ends with its process. */
const functions = {
  async open(name: string, contender: string): Promise<void> {
    measurement = await openFor(await questionNamed(name), contender);
  },
  round: async (): Promise<Answers> => measurement!.round(),
};

if (import.meta.main) serveActor(functions);
