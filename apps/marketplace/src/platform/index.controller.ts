import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** The entrance: where everything else is. */
@ApiExcludeController()
@Controller({ version: VERSION_NEUTRAL })
export class IndexController {
  @Get()
  index() {
    return {
      name: 'marketplace',
      product: '/v1/products/7?variants=true',
      categories: '/v1/categories/tree',
      vendors: '/v1/vendors',
      brands: '/v1/brands/popular',
      documentation: '/docs',
      openapi: '/openapi.json',
      health: '/health/ready',
    };
  }
}
