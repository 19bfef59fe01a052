import { slugOf } from '../../platform/slug.ts';
import { attributes } from './attributes.ts';
import { departments } from './departments.ts';
import type { SeedRow } from './insert-rows.ts';
import { brandNames, cities, plural, vendorNames } from './names.ts';
import type { Random } from './random.ts';

/** A third-level category with what the products in it need to know. */
export interface Leaf {
  readonly categoryId: number;
  readonly good: string;
  readonly price: readonly [low: number, high: number];
  readonly attributes: readonly string[];
  readonly variantBy: string;
}

/** Every vendor with the values of its attributes. */
export function seededVendors(random: Random): { vendors: SeedRow[]; vendorValues: SeedRow[] } {
  const vendors = vendorNames.map((name, index): SeedRow => {
    const [city, country] = random.pick(cities);
    const joined = new Date(Date.UTC(2019, random.integer(0, 80), random.integer(1, 28)));
    return {
      id: index + 1,
      slug: slugOf(name),
      name,
      city,
      country,
      joined_at: joined.toISOString(),
    };
  });
  const vendorValues = vendors.flatMap((vendor) =>
    attributes.flatMap(({ entityType, value }, index) =>
      entityType === 'vendor'
        ? [valueRow('vendor', Number(vendor.id), index + 1, value(random))]
        : [],
    ),
  );
  return { vendors, vendorValues };
}

/** Every brand. */
export function seededBrands(): SeedRow[] {
  return brandNames.map((name, index) => ({ id: index + 1, slug: slugOf(name), name }));
}

/** The category tree, each parent before its children. */
export function seededCategories(): SeedRow[] {
  return categoryTree().rows;
}

/** Every third-level category. */
export function leaves(): Leaf[] {
  return categoryTree().leaves;
}

function categoryTree(): { rows: SeedRow[]; leaves: Leaf[] } {
  const rows: SeedRow[] = [];
  const found: Leaf[] = [];
  const add = (name: string, parents: readonly number[], position: number): number[] => {
    const path = [...parents, rows.length + 1];
    rows.push({
      id: rows.length + 1,
      parent_id: parents.at(-1) ?? null,
      slug: slugOf(name),
      name,
      path: `{${path.join(',')}}`,
      position: position + 1,
    });
    return path;
  };
  for (const [d, department] of departments.entries()) {
    const departmentPath = add(department.name, [], d);
    for (const [g, group] of department.groups.entries()) {
      const groupPath = add(group.name, departmentPath, g);
      for (const [l, good] of group.goods.entries()) {
        const categoryId = add(plural(good), groupPath, l).at(-1)!;
        const { attributes: codes, variantBy } = department;
        found.push({ categoryId, good, price: group.price, attributes: codes, variantBy });
      }
    }
  }
  return { rows, leaves: found };
}

/** One row of `attribute_values`. */
export function valueRow(
  entityType: string,
  entityId: number,
  attributeId: number,
  value: string | number | boolean,
): SeedRow {
  return {
    entity_type: entityType,
    entity_id: entityId,
    attribute_id: attributeId,
    value: JSON.stringify(value),
  };
}
