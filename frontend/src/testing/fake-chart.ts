// Stands in for ECharts where there is no canvas: keeps what it was told.

export type Told = {
  series?: { id: string; data: Float64Array; lineStyle: { color: string } }[]
  xAxis?: { min?: number; max?: number }
  yAxis?: { min?: number; max?: number }
}

export class FakeChart {
  readonly told: Told[] = []
  readonly modes: object[] = []
  disposed = false

  setOption(option: Told, mode: object): void {
    this.told.push(option)
    this.modes.push(mode)
  }

  get frames(): Told[] {
    return this.told.filter(({ xAxis }) => xAxis?.min !== undefined)
  }

  getWidth(): number {
    return 480
  }

  resize(): void {}

  dispose(): void {
    this.disposed = true
  }
}
