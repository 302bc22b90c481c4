import { Component, type ReactNode } from "react";

type BrokenCallProps = { readonly children: ReactNode; readonly onBroken: () => void };

/** Catches what the screen of a call throws: the person can neither see nor end it any more, and may be heard. */
export class BrokenCall extends Component<BrokenCallProps, { readonly hasThrown: boolean }> {
  override state = { hasThrown: false };

  static getDerivedStateFromError() {
    return { hasThrown: true };
  }

  override componentDidCatch() {
    this.props.onBroken();
  }

  override render() {
    return this.state.hasThrown ? null : this.props.children;
  }
}
