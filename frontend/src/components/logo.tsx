// Our mark: columns of a small LED matrix, their topmost dots lit.

const COLUMNS = [
  { x: 3, lit: 15, dim: [21] },
  { x: 9, lit: 9, dim: [15, 21] },
  { x: 15, lit: 15, dim: [21] },
  { x: 21, lit: 3, dim: [9, 15, 21] },
]

export function Logo({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="var(--accent)" aria-hidden="true">
      {COLUMNS.map(({ x, lit, dim }) => (
        <g key={x}>
          <circle cx={x} cy={lit} r="2.4" />
          {dim.map((y) => (
            <circle key={y} cx={x} cy={y} r="2.4" opacity="0.25" />
          ))}
        </g>
      ))}
    </svg>
  )
}
