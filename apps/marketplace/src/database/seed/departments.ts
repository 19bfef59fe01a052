/** A top-level category with what its products have in common. */
export interface Department {
  readonly name: string;
  /** Codes of the product attributes that its products carry. */
  readonly attributes: readonly string[];
  /** Code of the variant attribute that tells its variants apart. */
  readonly variantBy: 'colour' | 'size' | 'capacity';
  readonly groups: readonly Group[];
}

/** A second-level category. */
export interface Group {
  readonly name: string;
  /** Lowest and highest price of its products, in cents. */
  readonly price: readonly [low: number, high: number];
  /** What is sold in it, in the singular: each is a third-level category. */
  readonly goods: readonly string[];
}

/** The three levels of the category tree. */
export const departments: readonly Department[] = [
  {
    name: 'Home & Kitchen',
    attributes: ['material', 'weight', 'warranty', 'dishwasher-safe'],
    variantBy: 'colour',
    groups: [
      group(
        'Coffee & Tea',
        [900, 64_900],
        'Espresso Machine, Pour-Over Kettle, Teapot, Coffee Grinder, Milk Frother',
      ),
      group('Cookware', [1_500, 24_900], 'Frying Pan, Saucepan, Stockpot, Casserole Dish, Wok'),
      group(
        'Cutlery & Boards',
        [700, 18_900],
        'Chef Knife, Bread Knife, Chopping Board, Paring Knife, Cutlery Set',
      ),
      group(
        'Storage',
        [400, 5_900],
        'Storage Jar, Lunch Box, Bread Bin, Spice Rack, Vacuum Container',
      ),
      group(
        'Bedding',
        [1_900, 29_900],
        'Duvet Cover, Pillow, Mattress Topper, Bed Sheet, Throw Blanket',
      ),
    ],
  },
  {
    name: 'Electronics',
    attributes: ['weight', 'warranty', 'energy-class', 'release-year', 'connectivity'],
    variantBy: 'capacity',
    groups: [
      group(
        'Audio',
        [1_900, 89_900],
        'Headphone, Bluetooth Speaker, Turntable, Soundbar, Microphone',
      ),
      group(
        'Computing',
        [1_200, 119_900],
        'Laptop, Mechanical Keyboard, Monitor, Wireless Mouse, Docking Station',
      ),
      group(
        'Photography',
        [2_500, 149_900],
        'Mirrorless Camera, Camera Lens, Tripod, Camera Bag, Flash Unit',
      ),
      group(
        'Phones',
        [900, 129_900],
        'Smartphone, Phone Case, Power Bank, Charging Cable, Screen Protector',
      ),
      group(
        'Smart Home',
        [1_500, 39_900],
        'Smart Thermostat, Smart Plug, Video Doorbell, Light Strip, Motion Sensor',
      ),
    ],
  },
  {
    name: 'Clothing',
    attributes: ['material', 'recycled-share', 'made-in', 'care'],
    variantBy: 'size',
    groups: [
      group('Tops', [1_200, 14_900], 'T-Shirt, Shirt, Sweater, Hoodie, Cardigan'),
      group(
        'Bottoms',
        [1_900, 17_900],
        'Pair of Jeans, Skirt, Pair of Chinos, Pair of Shorts, Pair of Leggings',
      ),
      group(
        'Outerwear',
        [4_900, 49_900],
        'Rain Jacket, Down Coat, Parka, Fleece Jacket, Trench Coat',
      ),
      group(
        'Footwear',
        [2_900, 28_900],
        'Pair of Sneakers, Pair of Boots, Pair of Sandals, Pair of Loafers, Pair of Slippers',
      ),
      group('Headwear & More', [600, 9_900], 'Beanie, Scarf, Pair of Gloves, Belt, Pack of Socks'),
    ],
  },
  {
    name: 'Sports & Outdoors',
    attributes: ['material', 'weight', 'warranty', 'water-resistant'],
    variantBy: 'colour',
    groups: [
      group('Camping', [900, 69_900], 'Tent, Sleeping Bag, Camping Stove, Headlamp, Folding Chair'),
      group('Cycling', [800, 89_900], 'City Bike, Bike Helmet, Bike Lock, Pannier Bag, Bike Light'),
      group(
        'Fitness',
        [700, 49_900],
        'Yoga Mat, Kettlebell, Resistance Band, Foam Roller, Skipping Rope',
      ),
      group(
        'Water Sports',
        [1_500, 119_900],
        'Paddle Board, Wetsuit, Snorkel Set, Dry Bag, Life Vest',
      ),
      group(
        'Winter Sports',
        [2_900, 79_900],
        'Pair of Skis, Snowboard, Ski Helmet, Pair of Goggles, Sledge',
      ),
    ],
  },
  {
    name: 'Beauty & Health',
    attributes: ['skin-type', 'vegan', 'made-in', 'shelf-life'],
    variantBy: 'capacity',
    groups: [
      group('Skin Care', [500, 9_900], 'Face Cream, Cleansing Gel, Sunscreen, Serum, Hand Balm'),
      group('Hair Care', [400, 4_900], 'Shampoo, Conditioner, Hair Oil, Styling Clay, Hair Mask'),
      group(
        'Fragrance',
        [1_900, 19_900],
        'Eau de Parfum, Eau de Toilette, Room Spray, Scented Candle, Reed Diffuser',
      ),
      group(
        'Oral Care',
        [300, 14_900],
        'Electric Toothbrush, Toothpaste, Mouthwash, Floss, Tongue Cleaner',
      ),
      group('Wellness', [700, 12_900], 'Massage Oil, Bath Salt, Heat Pack, Herbal Tea, Aroma Lamp'),
    ],
  },
  {
    name: 'Toys & Games',
    attributes: ['age-from', 'material', 'weight', 'made-in'],
    variantBy: 'colour',
    groups: [
      group(
        'Building',
        [900, 24_900],
        'Building Set, Marble Run, Wooden Block Set, Model Kit, Train Set',
      ),
      group(
        'Board Games',
        [900, 7_900],
        'Strategy Game, Card Game, Dice Game, Party Game, Chess Set',
      ),
      group(
        'Puzzles',
        [600, 5_900],
        'Jigsaw Puzzle, Brain Teaser, Floor Puzzle, Wooden Puzzle, Puzzle Mat',
      ),
      group(
        'Dolls & Plush',
        [800, 8_900],
        'Plush Bear, Rag Doll, Hand Puppet, Doll House, Plush Rabbit',
      ),
      group('Outdoor Play', [500, 29_900], 'Kite, Sandbox, Scooter, Balance Bike, Water Blaster'),
    ],
  },
  {
    name: 'Garden',
    attributes: ['material', 'weight', 'warranty', 'water-resistant'],
    variantBy: 'size',
    groups: [
      group('Tools', [700, 19_900], 'Pruning Shear, Spade, Rake, Hedge Trimmer, Wheelbarrow'),
      group(
        'Pots & Planters',
        [400, 14_900],
        'Plant Pot, Raised Bed, Hanging Basket, Window Box, Plant Stand',
      ),
      group(
        'Watering',
        [500, 12_900],
        'Watering Can, Garden Hose, Sprinkler, Rain Barrel, Drip Kit',
      ),
      group(
        'Furniture',
        [3_900, 99_900],
        'Garden Bench, Deck Chair, Bistro Table, Parasol, Hammock',
      ),
      group(
        'Grilling',
        [900, 79_900],
        'Charcoal Grill, Gas Grill, Grill Tong, Fire Bowl, Pizza Stone',
      ),
    ],
  },
  {
    name: 'Books & Stationery',
    attributes: ['pages', 'language', 'recycled-share', 'made-in'],
    variantBy: 'size',
    groups: [
      group('Paper', [300, 3_900], 'Notebook, Sketchbook, Planner, Letter Set, Sticky Note Pad'),
      group(
        'Writing',
        [200, 24_900],
        'Fountain Pen, Ballpoint Pen, Pencil Set, Marker Set, Brush Pen',
      ),
      group(
        'Desk',
        [500, 14_900],
        'Desk Lamp, Pen Holder, Desk Organiser, Document Tray, Desk Mat',
      ),
      group('Books', [900, 5_900], 'Cookbook, Travel Guide, Picture Book, Novel, Photo Book'),
      group(
        'Craft',
        [400, 9_900],
        'Watercolour Set, Knitting Kit, Cutting Mat, Embroidery Kit, Clay Set',
      ),
    ],
  },
];

function group(name: string, price: readonly [number, number], goods: string): Group {
  return { name, price, goods: goods.split(', ') };
}
