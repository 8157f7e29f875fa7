/** Web-Mercator as fractions of the world's square: x and y run from 0 to 1, y southwards. */
const DEGREES = Math.PI / 180;
const EQUATOR_M = 40_075_016.68557849;
export const TILE_PX = 256;

export function worldX(lon: number): number {
  return lon / 360 + 0.5;
}

export function worldY(lat: number): number {
  const sine = Math.sin(lat * DEGREES);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

export function lonOf(x: number): number {
  return (x - 0.5) * 360;
}

export function latOf(y: number): number {
  return Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) / DEGREES;
}

/** Width of the world in pixels at a zoom. */
export function worldPx(zoom: number): number {
  return TILE_PX * 2 ** zoom;
}

/** Metres on the ground that one pixel covers at this zoom and latitude. */
export function metresPerPixel(zoom: number, lat: number): number {
  return (EQUATOR_M * Math.cos(lat * DEGREES)) / worldPx(zoom);
}

/** The largest whole zoom at which a distance takes no more than so many pixels. */
export function zoomThatShows(distance_m: number, lat: number, pixels: number): number {
  return Math.floor(Math.log2((pixels * metresPerPixel(0, lat)) / Math.max(distance_m, 1)));
}
