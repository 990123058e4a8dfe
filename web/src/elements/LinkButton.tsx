import { createLink } from "@tanstack/react-router";
import { Button, type ButtonProps } from "antd";

/** The router's link owns `type`, hence another name for the button's. */
function Looking({ look, ...rest }: Omit<ButtonProps, "type"> & { look?: ButtonProps["type"] }) {
  return <Button {...rest} {...(look ? { type: look } : {})} />;
}

/** A link that looks like a button; opens in a new tab like any link. */
export const LinkButton = createLink(Looking);
