/** A button under the zoom buttons that shows the whole city. */
import * as L from "leaflet";

export function homeControl(label: string, whenPressed: () => void): L.Control {
  const control = new L.Control({ position: "topright" });
  control.onAdd = () => {
    const box = L.DomUtil.create("div", "leaflet-bar home-control");
    const button = L.DomUtil.create("button", "home-button", box);
    button.type = "button";
    button.textContent = label;
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.addListener(button, "click", whenPressed);
    return box;
  };
  return control;
}
