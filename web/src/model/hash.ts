/** The part of the page that an address can carry: `#14/28.88000/105.44000/510502001001001`. */
export interface Place {
  readonly zoom: number;
  readonly lat: number;
  readonly lon: number;
  readonly code: string | null;
}

const PATTERN = /^#(\d{1,2})\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)(?:\/(\d{4,17}))?$/;

export function readHash(hash: string): Place | null {
  const match = PATTERN.exec(hash);
  if (!match) return null;
  const [zoom, lat, lon] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (zoom > 22 || Math.abs(lat) > 85 || Math.abs(lon) > 180) return null;
  return { zoom, lat, lon, code: match[4] ?? null };
}

export function writeHash(place: Place): string {
  const where = `#${place.zoom}/${place.lat.toFixed(5)}/${place.lon.toFixed(5)}`;
  return place.code === null ? where : `${where}/${place.code}`;
}
