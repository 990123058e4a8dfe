import type { Department } from "../api/contract";

export interface DepartmentNode {
  value: number;
  title: string;
  children: DepartmentNode[];
}

/** Departments as a tree. One whose parent is out of sight stands at the top. */
export function nested(list: Department[]): DepartmentNode[] {
  const nodes = new Map<number, DepartmentNode>();
  for (const one of list) nodes.set(one.id, { value: one.id, title: one.name, children: [] });
  const roots: DepartmentNode[] = [];
  for (const one of list) {
    const node = nodes.get(one.id);
    const parent = one.parent_id !== null && one.parent_id !== one.id && nodes.get(one.parent_id);
    if (node) (parent ? parent.children : roots).push(node);
  }
  return roots;
}
