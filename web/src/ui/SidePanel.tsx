import { Drawer } from 'antd';
import type { ReactNode } from 'react';

/** A panel from the right for what belongs to the page but not on it; the whole width on a phone. */
export const SidePanel = ({ open, onClose, title, children, footer }: { open: boolean; onClose: () => void; title: ReactNode; children: ReactNode; footer?: ReactNode }) => (
  <Drawer open={open} onClose={onClose} title={title} placement="right" size={720} className="side-panel" destroyOnHidden {...(footer ? { footer } : {})}>{children}</Drawer>
);
