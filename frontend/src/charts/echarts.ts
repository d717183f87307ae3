// The only place that registers parts of ECharts: whatever is not named here is not in the bundle.
import { LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use as register } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

register([LineChart, GridComponent, CanvasRenderer])

export { init }
