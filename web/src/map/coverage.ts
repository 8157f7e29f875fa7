/** The coverages of the city as canvas tiles. */
import * as L from "leaflet";
import { isAbort } from "../api/client";
import { bandAt, listedAt, type TileLayerName } from "../model/bands";
import { boxHas, contains } from "../model/geometry";
import { TILE_PX, lonOf, latOf, worldPx, worldX, worldY } from "../model/mercator";
import type { Face, TileLayer } from "./decode";
import { paintTile, type TileLayers } from "./paint";
import { TileStore, type TileAddress } from "./tiles";

/** A tile on the map at present. */
export interface LiveTile {
  readonly at: TileAddress;
  readonly layers: TileLayers;
}

interface Pending {
  readonly canvas: HTMLCanvasElement;
  readonly at: TileAddress;
  readonly abort: AbortController;
  layers: TileLayers | null;
}

export class CoverageLayer extends L.GridLayer {
  private readonly store = new TileStore();
  private readonly shown = new Map<HTMLElement, Pending>();
  private failures = 0;
  private readonly fresh = new Map<Pending, L.DoneCallback>();
  private frame = 0;

  constructor(
    private readonly whenSettled: (failures: number) => void,
    private readonly whenPainted: () => void,
  ) {
    super({ tileSize: TILE_PX, updateWhenZooming: false, keepBuffer: 2 });
    this.on("tileunload", (event) => this.forget((event as L.TileEvent).tile));
    this.on("loading", () => (this.failures = 0));
    this.on("load", () => this.whenSettled(this.failures));
  }

  protected override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = document.createElement("canvas");
    canvas.className = "coverage-tile";
    const density = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = canvas.height = TILE_PX * density;
    const pending: Pending = {
      canvas,
      at: { x: coords.x, y: coords.y, z: coords.z },
      abort: new AbortController(),
      layers: null,
    };
    this.shown.set(canvas, pending);
    void this.fill(pending, done);
    return canvas;
  }

  private async fill(pending: Pending, done: L.DoneCallback): Promise<void> {
    try {
      const names = bandAt(pending.at.z).borders;
      const tiles = await Promise.all(names.map((name) => this.store.load(name, pending.at, pending.abort.signal)));
      pending.layers = new Map(names.map((name, i): [TileLayerName, TileLayer] => [name, tiles[i]!]));
      this.paintSoon(pending, done);
    } catch (error) {
      if (isAbort(error)) return;
      this.failures += 1;
      done(error as Error, pending.canvas);
    }
  }

  /** Several tiles that arrive together are painted in one frame, one paint each. */
  private paintSoon(pending: Pending, done: L.DoneCallback): void {
    this.fresh.set(pending, done);
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.paintFresh());
  }

  private paintFresh(): void {
    this.frame = 0;
    const fresh = [...this.fresh];
    this.fresh.clear();
    for (const [pending] of fresh) this.paint(pending);
    this.whenPainted();
    for (const [{ canvas }, done] of fresh) done(undefined, canvas);
  }

  private paint({ canvas, layers, at }: Pending): void {
    if (layers) paintTile(canvas, layers, bandAt(at.z), at.z);
  }

  private forget(tile: HTMLElement): void {
    this.shown.get(tile)?.abort.abort();
    this.shown.delete(tile);
  }

  /** The register as of a day; null is now. */
  showDay(day: string | null): void {
    if (this.store.day === day) return;
    this.store.day = day;
    this.redraw();
  }

  /** The decoded tiles on the map at a zoom. */
  liveTiles(zoom: number): LiveTile[] {
    const live: LiveTile[] = [];
    for (const { at, layers } of this.shown.values()) if (layers && at.z === zoom) live.push({ at, layers });
    return live;
  }

  /** The face of the finest coverage that is drawn at a place, or null. */
  faceAt(lon: number, lat: number, zoom: number): Face | null {
    const [px, py] = [worldX(lon) * worldPx(zoom), worldY(lat) * worldPx(zoom)];
    const at = { x: Math.floor(px / TILE_PX), y: Math.floor(py / TILE_PX), z: zoom };
    const [x, y] = [px - at.x * TILE_PX, py - at.y * TILE_PX];
    const faces = this.store.get(bandAt(zoom).fill, at)?.faces ?? [];
    return faces.find((face) => boxHas(face.box, x, y) && contains(face.rings, x, y)) ?? null;
  }

  /** The faces to list in a view (degrees), each once, in the order of their codes. */
  facesIn(bounds: L.LatLngBounds, zoom: number): Face[] {
    const found = new Map<string, Face>();
    for (const { at, layers } of this.liveTiles(zoom)) {
      for (const face of layers.get(listedAt(zoom))?.faces ?? []) {
        if (!found.has(face.code) && bounds.intersects(boundsOf(face, at))) found.set(face.code, face);
      }
    }
    return [...found.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  }
}

/** Bounds in degrees of the part of a face that lies in a tile (its margin left out). */
function boundsOf({ box }: Face, { x, y, z }: TileAddress): L.LatLngBounds {
  const size = worldPx(z);
  const clamp = (value: number): number => Math.min(Math.max(value, 0), TILE_PX);
  const lon = (px: number): number => lonOf((x * TILE_PX + clamp(px)) / size);
  const lat = (px: number): number => latOf((y * TILE_PX + clamp(px)) / size);
  return new L.LatLngBounds([lat(box.south), lon(box.west)], [lat(box.north), lon(box.east)]);
}
