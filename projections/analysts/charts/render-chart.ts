// Charts as SVG, drawn on the server. They are images: no script and no style of theirs reaches the page.
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

export type Theme = 'light' | 'dark';
export type ChartSize = 'wide' | 'narrow';

export type Series = {
  readonly name: string;
  readonly kind: 'bar' | 'line';
  readonly values: readonly number[];
  /** Measured on a scale of its own, on the right. */
  readonly right?: boolean;
};

/** A chart as data: one value of every series for each label. */
export type Chart = {
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  /** Bars lie, one below the other, with their labels beside them. */
  readonly lying?: boolean;
};

const SIZES: Readonly<Record<ChartSize, { readonly width: number; readonly height: number }>> = {
  wide: { width: 720, height: 280 },
  narrow: { width: 360, height: 250 },
};
const COLOURS: Readonly<Record<Theme, { text: string; lines: string; series: readonly string[] }>> = {
  light: { text: '#4a555b', lines: '#dfe3e4', series: ['#0f6d77', '#8a5a00', '#5b4bb7'] },
  dark: { text: '#b3bec3', lines: '#2d363b', series: ['#6cc5cf', '#e0b25c', '#aea3f5'] },
};
// Without quotes: the renderer puts it into an attribute as it is.
const FONT = 'system-ui, sans-serif';

export function createChartRenderer() {
  use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

  return (chart: Chart, theme: Theme, size: ChartSize): string => {
    const { width, height } = SIZES[size];
    const needed = chart.lying ? Math.max(120, 50 + chart.labels.length * 30) : height;
    const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height: needed });
    try {
      drawing.setOption(optionOf(chart, theme));
      return drawing.renderToSVGString({ useViewBox: true });
    } finally {
      drawing.dispose();
    }
  };
}

function optionOf({ labels, series, lying = false }: Chart, theme: Theme): EChartsCoreOption {
  const { text, lines, series: color } = COLOURS[theme];
  const categories = {
    type: 'category',
    data: [...labels],
    axisLabel: { color: text, hideOverlap: true, fontFamily: FONT, fontSize: 12 },
    axisLine: { lineStyle: { color: lines } },
    axisTick: { show: false },
    inverse: lying,
  };
  const values = {
    type: 'value',
    minInterval: 1,
    axisLabel: { color: text, fontFamily: FONT, fontSize: 12 },
    splitLine: { lineStyle: { color: lines } },
  };
  return {
    animation: false,
    color: [...color],
    legend:
      series.length > 1 ? { top: 0, textStyle: { color: text, fontFamily: FONT, fontSize: 13 } } : undefined,
    grid: { left: lying ? 120 : 8, right: 16, top: series.length > 1 ? 36 : 16, bottom: 8 },
    xAxis: lying ? values : categories,
    yAxis: lying
      ? categories
      : [values, ...(series.some(({ right }) => right) ? [{ ...values, splitLine: { show: false } }] : [])],
    series: series.map(({ name, kind, values: data, right = false }) => ({
      name,
      type: kind,
      ...(right ? { yAxisIndex: 1 } : {}),
      data: [...data],
      ...(kind === 'line' ? { showSymbol: data.length === 1, lineStyle: { width: 2 } } : { barMaxWidth: 28 }),
    })),
  };
}
