import { Body, Controller, Get, HttpCode, Param, Post, Put, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Sku } from '../catalog/catalog.schemas.ts';
import { Id } from '../platform/page.ts';
import { found } from '../platform/problem.ts';
import { TokenGuard } from '../platform/token.guard.ts';
import { InventoryService } from './inventory.service.ts';

const Stock = z.object({ sku: z.string(), quantity: z.int().min(0) }).meta({ id: 'Stock' });

const Count = z
  .strictObject({ quantity: z.int().min(0).max(1_000_000) })
  .meta({ id: 'StockCount' });
type Count = z.infer<typeof Count>;

const Sale = z.strictObject({ quantity: z.int().min(1).max(1_000) }).meta({ id: 'Sale' });
type Sale = z.infer<typeof Sale>;

/** Stock over HTTP, always as it is now. */
@ApiTags('stock')
@Controller({ version: '1' })
export class InventoryController {
  readonly #inventory: InventoryService;

  constructor(inventory: InventoryService) {
    this.#inventory = inventory;
  }

  @Get('products/:id/stock')
  @ApiOperation({ summary: 'How many there are of each variant of a product' })
  @ApiOkResponse({ standardSchema: z.array(Stock) })
  async ofProduct(@Param('id', { schema: Id }) id: number) {
    return found(await this.#inventory.ofProduct(id), `product ${id}`);
  }

  @Get('stock/:sku')
  @ApiOperation({ summary: 'How many there are of a SKU' })
  @ApiOkResponse({ standardSchema: Stock })
  async ofSku(@Param('sku', { schema: Sku }) sku: string) {
    return found(await this.#inventory.ofSku(sku), `SKU ${sku}`);
  }

  @Put('stock/:sku')
  @UseGuards(TokenGuard)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Sets how many there are of a SKU' })
  @ApiOkResponse({ standardSchema: Stock })
  set(@Param('sku', { schema: Sku }) sku: string, @Body({ schema: Count }) body: Count) {
    return this.#inventory.set(sku, body.quantity);
  }

  @Post('stock/:sku/sales')
  @UseGuards(TokenGuard)
  @HttpCode(200)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Sells some of a SKU, or none at all' })
  @ApiOkResponse({ standardSchema: Stock })
  sell(@Param('sku', { schema: Sku }) sku: string, @Body({ schema: Sale }) body: Sale) {
    return this.#inventory.sell(sku, body.quantity);
  }
}
