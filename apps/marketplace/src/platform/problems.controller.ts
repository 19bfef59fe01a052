import { Controller, Get, Param, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Problem, type ProblemName, problems } from './problem.ts';

/** What the `type` of a problem leads to: its description. */
@ApiExcludeController()
@Controller({ path: 'problems', version: VERSION_NEUTRAL })
export class ProblemsController {
  @Get()
  all() {
    return problems;
  }

  @Get(':name')
  one(@Param('name') name: string) {
    if (!Object.hasOwn(problems, name)) {
      throw new Problem('not-found', `There is no kind of problem called ${name}.`);
    }
    return problems[name as ProblemName];
  }
}
