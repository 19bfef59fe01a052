import { Controller, Get, Param, Query } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Id, pageOf, PageQuery } from '../platform/page.ts';
import { found } from '../platform/problem.ts';
import { pages } from './catalog.cache.ts';
import {
  AttributeDefinition,
  Brand,
  Category,
  EntityType,
  ProductSummary,
  Reference,
  Vendor,
} from './catalog.schemas.ts';
import { CatalogService } from './catalog.service.ts';

const ProductPage = pageOf(ProductSummary, 'ProductPage');

const PopularQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
type PopularQuery = z.infer<typeof PopularQuery>;

/** The ways to the products over HTTP: vendors, brands, categories and attributes. */
@Controller({ version: '1' })
export class CatalogController {
  readonly #catalog: CatalogService;

  constructor(catalog: CatalogService) {
    this.#catalog = catalog;
  }

  @Get('vendors')
  @RouteConfig({ cache: pages.vendors })
  @ApiTags('vendors')
  @ApiOperation({ summary: 'Every vendor, by name' })
  @ApiOkResponse({ standardSchema: z.array(Vendor) })
  vendors() {
    return this.#catalog.vendors();
  }

  @Get('vendors/:id/products')
  @RouteConfig({ cache: pages.productsByVendor })
  @ApiTags('vendors')
  @ApiOperation({ summary: 'The products of a vendor, newest first' })
  @ApiOkResponse({ standardSchema: ProductPage })
  async productsByVendor(
    @Param('id', { schema: Id }) id: number,
    @Query({ schema: PageQuery }) query: PageQuery,
  ) {
    return found(await this.#catalog.productsByVendor(id, query), `vendor ${id}`);
  }

  @Get('brands/popular')
  @RouteConfig({ cache: pages.popularBrands })
  @ApiTags('brands')
  @ApiOperation({ summary: 'The brands that most products carry' })
  @ApiOkResponse({ standardSchema: z.array(Brand) })
  popularBrands(@Query({ schema: PopularQuery }) query: PopularQuery) {
    return this.#catalog.popularBrands(query.limit);
  }

  @Get('categories/tree')
  @RouteConfig({ cache: pages.frame })
  @ApiTags('categories')
  @ApiOperation({ summary: 'The categories at the top, with all below them' })
  @ApiOkResponse({ standardSchema: z.array(Category) })
  categoryTree() {
    return this.#catalog.categoryTree();
  }

  @Get('categories/:id/breadcrumbs')
  @RouteConfig({ cache: pages.frame })
  @ApiTags('categories')
  @ApiOperation({ summary: 'The way from the top of the tree down to a category' })
  @ApiOkResponse({ standardSchema: z.array(Reference) })
  async breadcrumbs(@Param('id', { schema: Id }) id: number) {
    return found(await this.#catalog.breadcrumbs(id), `category ${id}`);
  }

  @Get('categories/:id/products')
  @RouteConfig({ cache: pages.productsByCategory })
  @ApiTags('categories')
  @ApiOperation({ summary: 'The products in a category and in all below it, newest first' })
  @ApiOkResponse({ standardSchema: ProductPage })
  async productsByCategory(
    @Param('id', { schema: Id }) id: number,
    @Query({ schema: PageQuery }) query: PageQuery,
  ) {
    return found(await this.#catalog.productsByCategory(id, query), `category ${id}`);
  }

  @Get('attributes/:entityType')
  @RouteConfig({ cache: pages.frame })
  @ApiTags('attributes')
  @ApiOperation({ summary: 'What attributes products, variants or vendors have' })
  @ApiOkResponse({ standardSchema: z.array(AttributeDefinition) })
  attributeDefinitions(@Param('entityType', { schema: EntityType }) entityType: EntityType) {
    return this.#catalog.attributeDefinitions(entityType);
  }
}
