import type { AnyQuestion, Answers } from '../questions/question.ts';
import { Actor } from '../../test/adversarial/actor.ts';
import type { Listed } from './contestant.ts';
import { describeMachine, versionOf } from './machine.ts';
import { median } from './quantile.ts';
import type { Answer, Result, Row } from './result.ts';

const contestant = new URL('./contestant.ts', import.meta.url).pathname;

/** One contender with its process and what it has answered so far. */
interface Asked {
  readonly contender: Listed;
  readonly actor: Actor;
  readonly rounds: Answers[];
  problem?: string;
}

/**
 * Asks a question of the contenders. A question of one round is asked of one after the other; where there are
 * more, all of them are opened first and then take turns, so that whatever else the machine does hits all.
 */
export async function ask(
  name: string,
  question: AnyQuestion,
  contenders: readonly Listed[],
): Promise<Result> {
  const rounds = question.rounds ?? 1;
  const groups = rounds > 1 ? [contenders] : contenders.map((contender) => [contender]);
  const rows: Row[] = [];
  for (const group of groups) rows.push(...(await askTogether(name, question, group)));
  const { title, note, columns, floor, plots } = question;
  const date = new Date().toISOString().slice(0, 10);
  return {
    question: name,
    title,
    note,
    columns,
    floor,
    plots,
    rounds,
    date,
    machine: describeMachine(),
    rows,
  };
}

async function askTogether(
  name: string,
  question: AnyQuestion,
  contenders: readonly Listed[],
): Promise<Row[]> {
  const asked: Asked[] = contenders.map((contender) => ({
    contender,
    actor: Actor.start(contestant),
    rounds: [],
  }));
  try {
    for (const each of asked) {
      await attempt(each, () =>
        each.actor.call('open', [name, each.contender.name], question.timeoutMs),
      );
    }
    for (let round = 0; round < (question.rounds ?? 1); round++) {
      for (const each of asked) {
        await attempt(each, async () => {
          each.rounds.push(await each.actor.call<Answers>('round', [], question.timeoutMs));
        });
      }
    }
  } finally {
    await Promise.all(asked.map(({ actor }) => actor.end()));
  }
  return asked.map(toRow);
}

/** Who failed once is asked no more. */
async function attempt(asked: Asked, run: () => Promise<void>): Promise<void> {
  if (asked.problem !== undefined) return;
  try {
    await run();
  } catch (error) {
    asked.problem = (error as Error).message;
    await asked.actor.end();
  }
}

function toRow({ contender, rounds, problem }: Asked): Row {
  const columns = Object.keys(rounds[0] ?? {});
  const answers = columns.map((column) => [column, summary(rounds.map((each) => each[column]!))]);
  return {
    contender: contender.name,
    version: contender.package === undefined ? '' : versionOf(contender.package),
    note: contender.note,
    answers: Object.fromEntries(answers) as Row['answers'],
    problem,
  };
}

function summary(values: readonly (number | string)[]): Answer {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < 2) return { value: values.at(-1)! };
  return { value: median(numbers), range: [Math.min(...numbers), Math.max(...numbers)] };
}
