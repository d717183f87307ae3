// The only place that registers parts of ECharts: whatever is not named here is not in the bundle.
import { CustomChart, LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use as register } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

register([LineChart, CustomChart, GridComponent, CanvasRenderer])

export { init }
