import { type ComponentProps, type ReactElement, type ReactNode, useContext, useRef, useState } from 'react';
import {
  Dialog as AriaDialog,
  DialogTrigger,
  Heading,
  Modal,
  ModalOverlay,
  OverlayTriggerStateContext,
  Popover as AriaPopover,
} from 'react-aria-components';
import { Button, IconButton } from './button.tsx';

interface OverlayProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** Details beside a table. Its being open is part of the address; Escape or the scrim closes it. */
export function SidePanel({
  title,
  eyebrow,
  wide = false,
  onClose,
  children,
}: OverlayProps & { eyebrow?: ReactNode; wide?: boolean }): ReactElement {
  return (
    <ModalOverlay className="scrim" isOpen isDismissable onOpenChange={(open) => (open ? undefined : onClose())}>
      <Modal className={wide ? 'side-panel wide' : 'side-panel'}>
        <AriaDialog className="dialog">
          <div className="dialog-header">
            <div>
              {eyebrow === undefined ? null : <div className="eyebrow">{eyebrow}</div>}
              <Heading slot="title" level={2}>
                {title}
              </Heading>
            </div>
            <IconButton icon="close" label="Close" onClick={onClose} />
          </div>
          <div className="dialog-body">{children}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** A question that must be answered before anything else. */
export function DialogBox({ title, onClose, children, footer }: OverlayProps & { footer?: ReactNode }): ReactElement {
  return (
    <ModalOverlay
      className="scrim centred"
      isOpen
      isDismissable
      onOpenChange={(open) => (open ? undefined : onClose())}
    >
      <Modal className="dialog-box">
        <AriaDialog className="dialog">
          <div className="dialog-header">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton icon="close" label="Close" onClick={onClose} />
          </div>
          <div className="dialog-body">{children}</div>
          {footer === undefined ? null : <div className="dialog-footer">{footer}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/**
 * A button (from react-aria-components) and what it opens beside itself. It opens towards the middle of the content, so
 * that it covers neither the bar on the left nor leaves the page on the right.
 */
export function Popover({
  trigger,
  label,
  children,
}: {
  trigger: ReactNode;
  label: string;
  children: ReactNode;
}): ReactElement {
  const place = useRef<HTMLSpanElement>(null);
  const [side, setSide] = useState<'start' | 'end'>('start');
  return (
    <span className="popover-place" ref={place}>
      <DialogTrigger onOpenChange={(open) => (open ? setSide(sideOf(place.current)) : undefined)}>
        {trigger}
        <AriaPopover className="popover" placement={`bottom ${side}`} containerPadding={12}>
          <AriaDialog className="popover-dialog" aria-label={label}>
            {children}
          </AriaDialog>
        </AriaPopover>
      </DialogTrigger>
    </span>
  );
}

function sideOf(place: HTMLElement | null): 'start' | 'end' {
  const content = place?.closest('.page')?.getBoundingClientRect();
  if (place == null || content === undefined) return 'start';
  const { left, right } = place.getBoundingClientRect();
  return (left + right) / 2 > (content.left + content.right) / 2 ? 'end' : 'start';
}

/** A button inside a popover: what it does ends the popover. */
export function PopoverAction({
  onClick,
  ...button
}: Omit<ComponentProps<typeof Button>, 'onClick'> & { onClick: () => void }): ReactElement {
  const popover = useContext(OverlayTriggerStateContext);
  return (
    <Button
      {...button}
      onClick={() => {
        popover?.close();
        onClick();
      }}
    />
  );
}
