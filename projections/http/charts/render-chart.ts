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
  /** Bars of one label stand on each other. */
  readonly stacked?: boolean;
};

const SIZES: Readonly<Record<ChartSize, { readonly width: number; readonly height: number }>> = {
  wide: { width: 720, height: 280 },
  narrow: { width: 360, height: 250 },
};
type Colours = { readonly text: string; readonly lines: string; readonly series: readonly string[] };
const COLOURS: Readonly<Record<Theme, Colours>> = {
  light: {
    text: '#4a555b',
    lines: '#dfe3e4',
    series: [
      ...['#0f6d77', '#8a5a00', '#5b4bb7', '#a8325e'],
      ...['#3f7a2a', '#2f6fb3', '#7a6a58', '#9aa5ab'],
    ],
  },
  dark: {
    text: '#b3bec3',
    lines: '#2d363b',
    series: [
      ...['#6cc5cf', '#e0b25c', '#aea3f5', '#ee8fb2'],
      ...['#93cf7c', '#83b7ee', '#c4b29c', '#7d888e'],
    ],
  },
};
/** So many series can be told from one another. */
export const MOST_SERIES = COLOURS.light.series.length;

// Without quotes: the renderer puts it into an attribute as it is.
const FONT = 'system-ui, sans-serif';
/** Room for the labels of bars that lie; they are cut shorter, since nobody can tell here how wide the reader's font is. */
const LABELS_WIDTH = 132;
const LABELS_CUT_AT = 104;
const BAR_HEIGHT = 30;
const LEGEND_LINE = 22;
/** Of a name in the legend, at most; and of the sign in front of it. */
const LETTER_WIDTH = 8;
const SIGN_WIDTH = 45;

/** Draws a chart as SVG text, in the colours of a theme. */
export function createChartRenderer() {
  use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

  return (chart: Chart, theme: Theme, size: ChartSize): string => {
    const { width, height } = SIZES[size];
    const legend = legendOf(chart, width);
    const needed = chart.lying
      ? Math.max(120, 50 + legend.height + chart.labels.length * BAR_HEIGHT)
      : height + Math.max(0, legend.height - LEGEND_LINE);
    const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height: needed });
    try {
      drawing.setOption(optionOf(chart, theme, legend));
      return drawing.renderToSVGString({ useViewBox: true });
    } finally {
      drawing.dispose();
    }
  };
}

type Legend = { readonly height: number; readonly upright: boolean };

/** Names that do not fit into one line stand one below the other. */
function legendOf({ series }: Chart, width: number): Legend {
  if (series.length < 2) return { height: 0, upright: false };
  const needed = series.reduce((sum, { name }) => sum + SIGN_WIDTH + name.length * LETTER_WIDTH, 0);
  const upright = needed > width;
  return { height: LEGEND_LINE * (upright ? series.length : 1), upright };
}

function optionOf(chart: Chart, theme: Theme, legend: Legend): EChartsCoreOption {
  const { labels, series, lying = false, stacked = false } = chart;
  const { text, lines, series: color } = COLOURS[theme];
  const categories = {
    type: 'category',
    data: [...labels],
    axisLabel: {
      ...{ color: text, hideOverlap: true, fontFamily: FONT, fontSize: 12 },
      ...(lying ? { width: LABELS_CUT_AT, overflow: 'truncate' } : {}),
    },
    axisLine: { lineStyle: { color: lines } },
    axisTick: { show: false },
    inverse: lying,
  };
  const values = {
    type: 'value',
    minInterval: 1,
    axisLabel: { color: text, fontFamily: FONT, fontSize: 12, hideOverlap: true },
    splitLine: { lineStyle: { color: lines } },
  };
  return {
    animation: false,
    color: [...color],
    legend:
      legend.height === 0
        ? undefined
        : {
            top: 0,
            ...(legend.upright ? { left: 0, orient: 'vertical', itemGap: 8 } : {}),
            textStyle: { color: text, fontFamily: FONT, fontSize: 13 },
          },
    grid: { left: lying ? LABELS_WIDTH : 8, right: 16, top: 14 + legend.height, bottom: 8 },
    xAxis: lying ? values : categories,
    yAxis: lying
      ? categories
      : [values, ...(series.some(({ right }) => right) ? [{ ...values, splitLine: { show: false } }] : [])],
    series: series.map(({ name, kind, values: data, right = false }) => ({
      name,
      type: kind,
      ...(right ? { yAxisIndex: 1 } : {}),
      ...(stacked ? { stack: 'all' } : {}),
      data: [...data],
      ...(kind === 'line' ? { showSymbol: data.length === 1, lineStyle: { width: 2 } } : { barMaxWidth: 28 }),
    })),
  };
}
