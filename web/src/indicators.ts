/** Wires the page of indicators together. */
import { IndicatorsPage } from "./panel/indicators/page";
import { openPage } from "./panel/openPage";
import { SignedIn } from "./workbench/session";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/workbench.css";
import "./styles/indicators.css";

const signedIn = new SignedIn();
openPage({ here: "indicators", title: "in.title", signedIn, build: (city) => new IndicatorsPage(city, signedIn) });
