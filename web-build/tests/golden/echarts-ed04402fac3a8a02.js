var echarts = {};
