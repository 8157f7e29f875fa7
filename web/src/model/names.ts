/** A name as short as a map label wants it: 上平社区居民委员会 → 上平社区, 黄舣村村民委员会 → 黄舣村. */
export function shortName(name: string): string {
  return name
    .replace(/(居民委员会|居委会)$/, "")
    .replace(/村?(村民委员会|村委会)$/, "村")
    .replace(/街道办事处$/, "街道");
}

/** A grid's name without its village's, which the map already shows around it. */
export function nameWithin(name: string, parentName: string): string {
  const parent = shortName(parentName);
  return parent !== "" && name.startsWith(parent) && name.length > parent.length ? name.slice(parent.length).trim() : name;
}
