/** The keys of a tree: https://www.w3.org/WAI/ARIA/apg/patterns/treeview/ */

/** @returns whether the key means something here */
export function moveInTree(tree: HTMLElement, item: HTMLElement, key: string): boolean {
  const visible = [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')].filter(
    (each) => each.offsetParent !== null,
  );
  const at = visible.indexOf(item);
  const { ariaExpanded } = item;
  switch (key) {
    case 'ArrowDown':
      visible[at + 1]?.focus();
      return true;
    case 'ArrowUp':
      visible[at - 1]?.focus();
      return true;
    case 'Home':
      visible[0]?.focus();
      return true;
    case 'End':
      visible.at(-1)?.focus();
      return true;
    case 'ArrowRight':
      if (ariaExpanded === 'false') item.ariaExpanded = 'true';
      else if (ariaExpanded === 'true') visible[at + 1]?.focus();
      return true;
    case 'ArrowLeft':
      if (ariaExpanded === 'true') item.ariaExpanded = 'false';
      else item.parentElement?.closest<HTMLElement>('[role=treeitem]')?.focus();
      return true;
    case 'Enter':
    case ' ':
      if (ariaExpanded !== null) item.ariaExpanded = String(ariaExpanded !== 'true');
      return true;
    default:
      return false;
  }
}
