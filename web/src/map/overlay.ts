/** A canvas over the whole view that moves with the map and is repainted when the map has come to rest. */
import * as L from "leaflet";
import { worldPx } from "../model/mercator";

/** Where the canvas lies: the world pixel of its top left corner, its size and the zoom. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly zoom: number;
  /** Pixels of the whole world at this zoom: world fraction × world − left is a canvas pixel. */
  readonly world: number;
}

/** The canvas reaches over the view by this share on every side, so that a drag does not uncover bare map. */
const MARGIN = 0.3;

export abstract class CanvasOverlay extends L.Layer {
  protected readonly canvas = document.createElement("canvas");
  protected view: Frame | null = null;
  private owner: L.Map | null = null;

  constructor(pane: string) {
    super();
    L.Util.setOptions(this, { pane }); // a bare Layer takes no options by itself
    this.canvas.className = "overlay-canvas";
  }

  override onAdd(map: L.Map): this {
    this.owner = map;
    this.getPane()?.appendChild(this.canvas);
    this.repaint();
    return this;
  }

  override onRemove(): this {
    this.canvas.remove();
    this.owner = null;
    return this;
  }

  override getEvents(): { [name: string]: L.LeafletEventHandlerFn } {
    return { moveend: () => this.repaint(), zoomstart: () => this.hide(), resize: () => this.repaint() };
  }

  /** A zoom animation would stretch the picture; it steps back until the new one is ready. */
  private hide(): void {
    this.canvas.classList.add("is-hidden");
  }

  repaint(): void {
    if (!this.owner) return;
    this.view = this.place(this.owner);
    this.canvas.classList.remove("is-hidden");
    const context = this.canvas.getContext("2d");
    if (context) this.paint(context, this.view);
  }

  /** Moves and sizes the canvas to the view; setting its size also wipes it. */
  private place(map: L.Map): Frame {
    const size = map.getSize();
    const margin = size.multiplyBy(MARGIN).round();
    const corner = map.containerPointToLayerPoint([0, 0]).subtract(margin);
    const [width, height] = [size.x + 2 * margin.x, size.y + 2 * margin.y];
    const density = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = width * density;
    this.canvas.height = height * density;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    L.DomUtil.setPosition(this.canvas, corner);
    this.canvas.getContext("2d")?.setTransform(density, 0, 0, density, 0, 0);
    const origin = map.getPixelOrigin();
    const zoom = map.getZoom();
    return { left: origin.x + corner.x, top: origin.y + corner.y, width, height, zoom, world: worldPx(zoom) };
  }

  protected abstract paint(context: CanvasRenderingContext2D, frame: Frame): void;
}
