/** Draws the decoded layers of one tile on its canvas. */
import { TINTS, tintOf } from "../model/colours";
import type { Ring } from "../model/geometry";
import { TILE_PX } from "../model/mercator";
import type { TileLayerName, Band } from "../model/bands";
import type { Face, TileLayer } from "./decode";
import { GROUND, HATCH_COLOUR, REMAINDER_COLOUR, lineOf, tintLevel } from "./style";

export type TileLayers = ReadonlyMap<TileLayerName, TileLayer>;

export function addRings(path: Path2D | CanvasRenderingContext2D, rings: readonly Ring[]): void {
  for (const ring of rings) {
    if (ring.length < 6) continue;
    path.moveTo(ring[0]!, ring[1]!);
    for (let i = 2; i < ring.length; i += 2) path.lineTo(ring[i]!, ring[i + 1]!);
    path.closePath();
  }
}

/** Paints the fills of the band, then its borders from the finest to the coarsest. */
export function paintTile(canvas: HTMLCanvasElement, layers: TileLayers, band: Band, zoom: number): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const scale = canvas.width / TILE_PX;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, TILE_PX, TILE_PX);
  paintGround(context, layers.get("counties")?.faces ?? []);
  paintFills(context, layers.get(band.fill)?.faces ?? [], tintLevel(band.fill));
  paintKinds(context, layers);
  for (const name of band.borders) paintBorders(context, layers.get(name)?.faces ?? [], name, zoom);
}

/** Land of the city where nothing finer has been divided yet. */
function paintGround(context: CanvasRenderingContext2D, faces: readonly Face[]): void {
  const path = new Path2D();
  for (const face of faces) addRings(path, face.rings);
  context.fillStyle = GROUND;
  context.fill(path, "evenodd");
}

function paintFills(context: CanvasRenderingContext2D, faces: readonly Face[], parentLength: number): void {
  const paths = TINTS.map(() => new Path2D());
  for (const face of faces) addRings(paths[tintOf(face.code, parentLength)]!, face.rings);
  paths.forEach((path, i) => {
    context.fillStyle = TINTS[i]!;
    context.strokeStyle = TINTS[i]!;
    context.lineWidth = 0.6; // closes the hairline that antialiasing leaves between two fills
    context.fill(path, "evenodd");
    context.stroke(path);
  });
}

function paintKinds(context: CanvasRenderingContext2D, layers: TileLayers): void {
  hatch(context, (layers.get("grids")?.faces ?? []).filter((face) => face.kind === "exclusive"), HATCH_COLOUR, 1);
  const remainders = (layers.get("micro-grids")?.faces ?? []).filter((face) => face.kind === "remainder");
  hatch(context, remainders, REMAINDER_COLOUR, -1);
}

/** Slanted lines 8 px apart; 8 divides the tile's width, so they run on from tile to tile. */
function hatch(context: CanvasRenderingContext2D, faces: readonly Face[], colour: string, slant: 1 | -1): void {
  if (faces.length === 0) return;
  const clip = new Path2D();
  for (const face of faces) addRings(clip, face.rings);
  context.save();
  context.clip(clip, "evenodd");
  context.beginPath();
  for (let x = -TILE_PX; x <= 2 * TILE_PX; x += 8) {
    context.moveTo(x, 0);
    context.lineTo(x - slant * TILE_PX, TILE_PX);
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.2;
  context.stroke();
  context.restore();
}

function paintBorders(context: CanvasRenderingContext2D, faces: readonly Face[], name: TileLayerName, zoom: number): void {
  const line = lineOf(name, zoom);
  const path = new Path2D();
  for (const face of faces) addRings(path, face.rings);
  context.strokeStyle = line.colour;
  context.lineWidth = line.width;
  context.lineJoin = "round";
  context.stroke(path);
}
