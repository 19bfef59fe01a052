import library from 'apicache';
import { body, type DoorContender } from './door.ts';
import { listenExpress } from './listen.ts';

export const apicache: DoorContender = {
  name: 'apicache',
  package: 'apicache',
  on: {
    Express: () =>
      listenExpress((app) => {
        app.get('/product', library.middleware('10 minutes'), (_request, response) => {
          response.type('json').send(body);
        });
      }),
  },
};
