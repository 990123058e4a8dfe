import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { loadText, storedChoice } from "./appearance";
import "./style.css";

const choice = storedChoice();
const place = document.getElementById("root");
if (place) {
  void loadText(choice.language).then((text) => {
    createRoot(place).render(
      <StrictMode>
        <App text={text} choice={choice} />
      </StrictMode>,
    );
  });
}
