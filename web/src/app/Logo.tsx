/** Two hands' breadth of a baton: one line given, one taken. */
export function Logo() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <title>Jiebang</title>
      <rect width="32" height="32" rx="8" fill="#1b6f7d" />
      <path d="M8 21 17 12" stroke="#fff" strokeWidth="4" strokeLinecap="round" />
      <path d="M15 20 24 11" stroke="#9fd6cf" strokeWidth="4" strokeLinecap="round" />
    </svg>
  );
}
