import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Id } from '../platform/page.ts';
import { found } from '../platform/problem.ts';
import { TokenGuard } from '../platform/token.guard.ts';
import { pages } from './catalog.cache.ts';
import { NewProduct, Product, ProductChange, Sku } from './catalog.schemas.ts';
import { CatalogService } from './catalog.service.ts';

const ProductQuery = z.strictObject({
  variants: z.enum(['true', 'false']).default('false').describe('Whether to include the variants.'),
});
type ProductQuery = z.infer<typeof ProductQuery>;

/** Products over HTTP. */
@ApiTags('products')
@Controller({ path: 'products', version: '1' })
export class ProductsController {
  readonly #catalog: CatalogService;

  constructor(catalog: CatalogService) {
    this.#catalog = catalog;
  }

  @Get(':id')
  @RouteConfig({ cache: pages.product })
  @ApiOperation({ summary: 'A product' })
  @ApiOkResponse({ standardSchema: Product })
  async product(
    @Param('id', { schema: Id }) id: number,
    @Query({ schema: ProductQuery }) query: ProductQuery,
  ) {
    const product =
      query.variants === 'true' ? this.#catalog.productWithVariants(id) : this.#catalog.product(id);
    return found(await product, `product ${id}`);
  }

  @Get('by-sku/:sku')
  @ApiOperation({ summary: 'The product that has a variant with this SKU, with all its variants' })
  @ApiOkResponse({ standardSchema: Product })
  async productBySku(@Param('sku', { schema: Sku }) sku: string) {
    return found(await this.#catalog.productBySku(sku), `product with the SKU ${sku}`);
  }

  @Post()
  @UseGuards(TokenGuard)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Creates a product' })
  @ApiCreatedResponse({ standardSchema: Product })
  async create(
    @Body({ schema: NewProduct }) body: NewProduct,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const product = await this.#catalog.create(body);
    reply.header('location', `/v1/products/${product.id}`);
    return product;
  }

  @Patch(':id')
  @UseGuards(TokenGuard)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Changes parts of a product' })
  @ApiOkResponse({ standardSchema: Product })
  change(
    @Param('id', { schema: Id }) id: number,
    @Body({ schema: ProductChange }) body: ProductChange,
  ) {
    return this.#catalog.change(id, body);
  }

  @Delete(':id')
  @UseGuards(TokenGuard)
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Deletes a product with its variants and their stock' })
  @ApiNoContentResponse()
  async delete(@Param('id', { schema: Id }) id: number): Promise<void> {
    await this.#catalog.delete(id);
  }
}
