import type { ReactElement, ReactNode } from 'react';
import {
  Dialog as AriaDialog,
  DialogTrigger,
  Heading,
  Modal,
  ModalOverlay,
  Popover as AriaPopover,
} from 'react-aria-components';
import { IconButton } from './button.tsx';

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

/** A button (from react-aria-components) and what it opens beside itself. */
export function Popover({
  trigger,
  label,
  children,
}: {
  trigger: ReactNode;
  label: string;
  children: ReactNode;
}): ReactElement {
  return (
    <DialogTrigger>
      {trigger}
      <AriaPopover className="popover" placement="bottom end">
        <AriaDialog className="popover-dialog" aria-label={label}>
          {children}
        </AriaDialog>
      </AriaPopover>
    </DialogTrigger>
  );
}
