/** Wires the page of grid staff together. */
import { openPage } from "./panel/openPage";
import { StaffPage } from "./panel/staff/page";
import { SignedIn } from "./workbench/session";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/workbench.css";
import "./styles/indicators.css";
import "./styles/staff.css";

const signedIn = new SignedIn();
openPage({ here: "staff", title: "nav.staff", signedIn, build: (city) => new StaffPage(city, signedIn) });
