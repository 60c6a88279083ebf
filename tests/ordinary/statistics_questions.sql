-- Q001 全州每年有多少户纳税企业？
-- How many enterprises paid taxes in the prefecture in each year?
SELECT tax_year, count(DISTINCT credit_code) AS enterprises
FROM enterprise_tax_synthetic
GROUP BY tax_year
ORDER BY tax_year

-- Q002 全州每年入库税额和营业收入合计是多少？
-- What were total taxes and total turnover in each year?
SELECT tax_year, sum(tax_paid) AS taxes, sum(turnover) AS turnover
FROM enterprise_tax_synthetic
GROUP BY tax_year
ORDER BY tax_year

-- Q003 各县2025年入库税额合计，从高到低。
-- Taxes by county in 2025, highest first.
SELECT town_code, sum(tax_paid) AS taxes
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY town_code
ORDER BY taxes DESC

-- Q004 各县各年入库税额和营业收入。
-- Taxes and turnover by county and year.
SELECT town_code, tax_year, sum(tax_paid) AS taxes, sum(turnover) AS turnover
FROM enterprise_tax_synthetic
GROUP BY town_code, tax_year
ORDER BY town_code, tax_year

-- Q005 带县名的各县2025年税收。
-- Taxes by county in 2025, with the counties' names.
SELECT d.name AS county, sum(t.tax_paid) AS taxes, count(DISTINCT t.credit_code) AS enterprises
FROM enterprise_tax_synthetic AS t
JOIN divisions AS d ON t.town_code = d.code
WHERE t.tax_year = 2025
GROUP BY d.name
ORDER BY taxes DESC

-- Q006 各行业大类2025年户均营业收入和户均税额。
-- Average turnover and taxes by industry division in 2025.
SELECT industry_code, count(*) AS enterprises, avg(turnover) AS turnover, avg(tax_paid) AS taxes
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY industry_code
ORDER BY industry_code

-- Q007 按行业门类汇总2025年税收（大类归到门类）。
-- Taxes in 2025 by industry section, put together from divisions.
SELECT CASE WHEN industry_code IN ('03', '05') THEN 'A 农、林、牧、渔业'
            WHEN industry_code IN ('13', '14') THEN 'C 制造业'
            WHEN industry_code = '44' THEN 'D 电力、热力、燃气及水生产和供应业'
            WHEN industry_code = '47' THEN 'E 建筑业'
            WHEN industry_code IN ('51', '52') THEN 'F 批发和零售业'
            WHEN industry_code = '54' THEN 'G 交通运输、仓储和邮政业'
            WHEN industry_code IN ('61', '62') THEN 'H 住宿和餐饮业'
            ELSE 'L 租赁和商务服务业' END AS section,
       sum(tax_paid) AS taxes, sum(turnover) AS turnover
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY section
ORDER BY section

-- Q008 三次产业的户数、收入和税收，分年度。
-- Enterprises, turnover and taxes of the three sectors, by year.
SELECT tax_year,
       CASE WHEN industry_code IN ('03', '05') THEN '第一产业'
            WHEN industry_code IN ('13', '14', '44', '47') THEN '第二产业'
            ELSE '第三产业' END AS sector,
       count(DISTINCT credit_code) AS enterprises, sum(turnover) AS turnover, sum(tax_paid) AS taxes
FROM enterprise_tax_synthetic
GROUP BY tax_year, sector
ORDER BY tax_year, sector

-- Q009 各县2025年比2024年税收增长多少？
-- By how much did each county's taxes grow from 2024 to 2025?
WITH last AS (
  SELECT town_code, sum(tax_paid) AS taxes
  FROM enterprise_tax_synthetic WHERE tax_year = 2024 GROUP BY town_code
), this AS (
  SELECT town_code, sum(tax_paid) AS taxes
  FROM enterprise_tax_synthetic WHERE tax_year = 2025 GROUP BY town_code
)
SELECT this.town_code, last.taxes AS taxes_2024, this.taxes AS taxes_2025,
       (this.taxes - last.taxes) / last.taxes * 100 AS growth_percent
FROM this JOIN last ON this.town_code = last.town_code
ORDER BY growth_percent DESC

-- Q010 各行业营业收入的同比增速。
-- Growth of turnover by industry.
WITH a AS (
  SELECT industry_code, sum(turnover) AS turnover
  FROM enterprise_tax_synthetic WHERE tax_year = 2024 GROUP BY industry_code
), b AS (
  SELECT industry_code, sum(turnover) AS turnover
  FROM enterprise_tax_synthetic WHERE tax_year = 2025 GROUP BY industry_code
)
SELECT b.industry_code, round((b.turnover / a.turnover - 1) * 100, 1) AS growth_percent
FROM b JOIN a USING (industry_code)
ORDER BY b.industry_code

-- Q011 全州税收总量同比变化，一行给出。
-- The change of all taxes between the two years, in one row.
SELECT sum(tax_paid) FILTER (WHERE tax_year = 2024) AS taxes_2024,
       sum(tax_paid) FILTER (WHERE tax_year = 2025) AS taxes_2025,
       sum(tax_paid) FILTER (WHERE tax_year = 2025) / sum(tax_paid) FILTER (WHERE tax_year = 2024) - 1 AS growth
FROM enterprise_tax_synthetic

-- Q012 各县两年税收并列对比。
-- Each county's taxes of the two years side by side.
SELECT town_code,
       sum(tax_paid) FILTER (WHERE tax_year = 2024) AS taxes_2024,
       sum(tax_paid) FILTER (WHERE tax_year = 2025) AS taxes_2025
FROM enterprise_tax_synthetic
GROUP BY town_code
ORDER BY town_code

-- Q013 各行业的宏观税负（税额占营业收入比重）。
-- Tax burden by industry: taxes as a share of turnover.
SELECT industry_code, sum(tax_paid) / sum(turnover) * 100 AS burden_percent
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY industry_code
ORDER BY burden_percent DESC

-- Q014 各县税负水平，保留两位小数，带县名。
-- Tax burden by county to two decimals, with names.
SELECT d.name, round(sum(t.tax_paid) / sum(t.turnover) * 100, 2) AS burden_percent
FROM enterprise_tax_synthetic t JOIN divisions d ON d.code = t.town_code
WHERE t.tax_year = 2025
GROUP BY d.name
ORDER BY burden_percent DESC

-- Q015 税收前五的县。
-- The five counties with the most taxes.
SELECT town_code, sum(tax_paid) AS taxes
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY town_code
ORDER BY taxes DESC
LIMIT 5

-- Q016 营业收入前十的“县×行业”。
-- The ten pairs of county and industry with the highest turnover.
SELECT town_code, industry_code, sum(turnover) AS turnover
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY town_code, industry_code
ORDER BY turnover DESC
LIMIT 10

-- Q017 县×行业的企业户数交叉表（2025年）。
-- A cross table of enterprises by county and industry in 2025.
SELECT town_code, industry_code, count(DISTINCT credit_code) AS enterprises
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY town_code, industry_code
ORDER BY town_code, industry_code

-- Q018 各行业税收占全州的比重。
-- Each industry's share of all taxes.
WITH by_industry AS (
  SELECT industry_code, sum(tax_paid) AS taxes
  FROM enterprise_tax_synthetic WHERE tax_year = 2025 GROUP BY industry_code
), total AS (
  SELECT sum(tax_paid) AS taxes FROM enterprise_tax_synthetic WHERE tax_year = 2025
)
SELECT i.industry_code, i.taxes, i.taxes / total.taxes * 100 AS share_percent
FROM by_industry AS i CROSS JOIN total
ORDER BY share_percent DESC

-- Q019 各县税收占比，先分组再汇总。
-- Each county's share of taxes: groups first, then their total.
WITH c AS (
  SELECT tax_year, town_code, sum(tax_paid) AS taxes
  FROM enterprise_tax_synthetic GROUP BY tax_year, town_code
), y AS (
  SELECT tax_year, sum(taxes) AS taxes FROM c GROUP BY tax_year
)
SELECT c.tax_year, c.town_code, round(c.taxes / y.taxes * 100, 2) AS share_percent
FROM c JOIN y ON c.tax_year = y.tax_year
ORDER BY c.tax_year, share_percent DESC

-- Q020 各县税收占比，用窗口函数。
-- Each county's share of taxes, by a window.
SELECT town_code, sum(tax_paid) AS taxes,
       sum(tax_paid) / sum(sum(tax_paid)) OVER () * 100 AS share_percent
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY town_code
ORDER BY share_percent DESC

-- Q021 各行业营业收入中位数。
-- Median turnover by industry.
SELECT industry_code, median(turnover) AS median_turnover
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY industry_code
ORDER BY median_turnover DESC

-- Q022 各县企业税额的中位数和平均数。
-- Median and mean of taxes by county.
SELECT town_code, median(tax_paid) AS median_taxes, avg(tax_paid) AS mean_taxes
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY town_code
ORDER BY town_code

-- Q023 营业收入四分位数，分行业。
-- Quartiles of turnover by industry.
SELECT industry_code,
       quantile_cont(turnover, 0.25) AS q1,
       quantile_cont(turnover, 0.5) AS q2,
       quantile_cont(turnover, 0.75) AS q3
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY industry_code
ORDER BY industry_code

-- Q024 全州营业收入的十分位分布。
-- Deciles of turnover in the whole prefecture.
SELECT quantile_cont(turnover, 0.1) AS d1, quantile_cont(turnover, 0.2) AS d2,
       quantile_cont(turnover, 0.3) AS d3, quantile_cont(turnover, 0.4) AS d4,
       quantile_cont(turnover, 0.5) AS d5, quantile_cont(turnover, 0.6) AS d6,
       quantile_cont(turnover, 0.7) AS d7, quantile_cont(turnover, 0.8) AS d8,
       quantile_cont(turnover, 0.9) AS d9
FROM enterprise_tax_synthetic
WHERE tax_year = 2025

-- Q025 营业收入与税额的相关系数，分年度。
-- Correlation of turnover and taxes by year.
SELECT tax_year, corr(turnover, tax_paid) AS correlation
FROM enterprise_tax_synthetic
GROUP BY tax_year
ORDER BY tax_year

-- Q026 各行业营业收入与税额的相关程度。
-- Correlation of turnover and taxes by industry.
SELECT industry_code, corr(turnover, tax_paid) AS correlation, count(*) AS n
FROM enterprise_tax_synthetic
GROUP BY industry_code
ORDER BY correlation DESC

-- Q027 各行业营业收入的标准差和变异系数。
-- Standard deviation and coefficient of variation of turnover by industry.
SELECT industry_code, stddev(turnover) AS sd, stddev(turnover) / avg(turnover) AS cv
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY industry_code
ORDER BY cv DESC

-- Q028 各年度税额的离散程度。
-- Spread of taxes in each year.
SELECT tax_year, var_samp(tax_paid) AS variance, stddev_samp(tax_paid) AS sd
FROM enterprise_tax_synthetic
GROUP BY tax_year
ORDER BY tax_year

-- Q029 按营业收入规模分组的企业数。
-- Enterprises by size class of turnover.
SELECT CASE WHEN turnover < 100000 THEN '10万元以下'
            WHEN turnover < 1000000 THEN '10万—100万元'
            WHEN turnover < 10000000 THEN '100万—1000万元'
            WHEN turnover < 50000000 THEN '1000万—5000万元'
            ELSE '5000万元以上' END AS size_class,
       count(DISTINCT credit_code) AS enterprises
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY size_class
ORDER BY enterprises DESC

-- Q030 各规模组的税收贡献。
-- Taxes by size class.
SELECT CASE WHEN turnover >= 50000000 THEN 'large'
            WHEN turnover >= 10000000 THEN 'medium'
            WHEN turnover >= 1000000 THEN 'small'
            ELSE 'micro' END AS size_class,
       count(*) AS enterprises, sum(tax_paid) AS taxes, avg(tax_paid) AS mean_taxes
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY size_class

-- Q031 各县规上企业（营业收入1000万元以上）户数。
-- Enterprises above 10 million yuan of turnover, by county.
SELECT town_code, count(DISTINCT credit_code) AS enterprises
FROM enterprise_tax_synthetic
WHERE tax_year = 2025 AND turnover >= 10000000
GROUP BY town_code
ORDER BY enterprises DESC

-- Q032 各行业小微企业（营业收入100万元以下）的户数占比。
-- Share of micro enterprises (turnover under 1 million) by industry.
SELECT industry_code,
       count(*) FILTER (WHERE turnover < 1000000) AS micro,
       count(*) AS enterprises,
       count(*) FILTER (WHERE turnover < 1000000) * 100.0 / count(*) AS micro_percent
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY industry_code
ORDER BY micro_percent DESC

-- Q033 大企业的税收集中度：5000万元以上企业占全部税收比重。
-- Concentration: the share of taxes that enterprises above 50 million pay.
SELECT tax_year,
       sum(CASE WHEN turnover >= 50000000 THEN tax_paid ELSE 0 END) / sum(tax_paid) * 100 AS large_percent
FROM enterprise_tax_synthetic
GROUP BY tax_year
ORDER BY tax_year

-- Q034 各县不同规模企业户数的交叉表。
-- Enterprises by county and size class.
SELECT d.name AS county,
       CASE WHEN t.turnover >= 10000000 THEN '1000万元以上' ELSE '1000万元以下' END AS size_class,
       count(DISTINCT t.credit_code) AS enterprises
FROM enterprise_tax_synthetic t JOIN divisions d ON t.town_code = d.code
WHERE t.tax_year = 2025
GROUP BY d.name, size_class
ORDER BY county, size_class

-- Q035 规模以上工业企业（13、14、44大类）情况。
-- Industrial enterprises above 10 million (divisions 13, 14, 44).
SELECT industry_code, count(DISTINCT credit_code) AS enterprises, sum(turnover) AS turnover, sum(tax_paid) AS taxes
FROM enterprise_tax_synthetic
WHERE tax_year = 2025 AND turnover >= 10000000 AND industry_code IN ('13', '14', '44')
GROUP BY industry_code

-- Q036 纳税100万元以上的企业有多少，分年度。
-- Enterprises that paid at least 1 million in taxes, by year.
SELECT tax_year, count(DISTINCT credit_code) AS enterprises, sum(tax_paid) AS taxes
FROM enterprise_tax_synthetic
WHERE tax_paid >= 1000000
GROUP BY tax_year
ORDER BY tax_year

-- Q037 税收合计超过1000万元的县。
-- Counties whose taxes are above 10 million.
SELECT town_code, sum(tax_paid) AS taxes
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY town_code
HAVING sum(tax_paid) > 10000000
ORDER BY taxes DESC

-- Q038 企业户数不少于40户的县，及其户均收入。
-- Counties with at least 40 enterprises, and their mean turnover.
SELECT town_code, count(DISTINCT credit_code) AS enterprises, avg(turnover) AS turnover
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY town_code
HAVING count(DISTINCT credit_code) >= 40
ORDER BY enterprises DESC

-- Q039 税负高于3%的行业。
-- Industries with a tax burden above 3 percent.
SELECT industry_code, sum(tax_paid) / sum(turnover) AS burden
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY industry_code
HAVING sum(tax_paid) / sum(turnover) > 0.03
ORDER BY burden DESC

-- Q040 分县分年并带合计的税收表。
-- Taxes by county and year with totals.
SELECT town_code, tax_year, sum(tax_paid) AS taxes
FROM enterprise_tax_synthetic
GROUP BY ROLLUP (town_code, tax_year)
ORDER BY town_code, tax_year

-- Q041 行业×年度的完整交叉表（含各边合计）。
-- The full table of industry by year with all margins.
SELECT industry_code, tax_year, count(DISTINCT credit_code) AS enterprises, sum(turnover) AS turnover
FROM enterprise_tax_synthetic
GROUP BY CUBE (industry_code, tax_year)
ORDER BY industry_code, tax_year

-- Q042 县×三次产业的户数和税收（含合计）。
-- County by sector: enterprises and taxes, with margins.
SELECT town_code,
       CASE WHEN industry_code IN ('03', '05') THEN '一产'
            WHEN industry_code IN ('13', '14', '44', '47') THEN '二产'
            ELSE '三产' END AS sector,
       count(DISTINCT credit_code) AS enterprises, sum(tax_paid) AS taxes
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY CUBE (town_code, sector)
ORDER BY town_code, sector

-- Q043 2025年各月立案数。
-- Inspection cases opened in each month of 2025.
SELECT opened_on AS month, count(*) AS cases
FROM tax_inspection_synthetic
GROUP BY opened_on
ORDER BY opened_on

-- Q044 各季度立案数和涉及金额。
-- Cases and amounts by quarter.
SELECT quarter(opened_on) AS quarter, count(*) AS cases, sum(amount) AS amount
FROM tax_inspection_synthetic
GROUP BY quarter
ORDER BY quarter

-- Q045 上下半年稽查金额对比。
-- Amounts of inspections in the two halves of the year.
SELECT CASE WHEN month(opened_on) <= 6 THEN '上半年' ELSE '下半年' END AS half,
       count(DISTINCT credit_code) AS enterprises, sum(amount) AS amount, avg(amount) AS mean_amount
FROM tax_inspection_synthetic
GROUP BY half
ORDER BY half

-- Q046 稽查涉及金额的分布：中位数和四分位数。
-- The distribution of amounts: median and quartiles.
SELECT count(*) AS cases, median(amount) AS median_amount,
       quantile_cont(amount, 0.25) AS q1, quantile_cont(amount, 0.75) AS q3
FROM tax_inspection_synthetic

-- Q047 涉及金额50万元以上的案件数和金额，分季度。
-- Cases of at least 500,000 yuan by quarter.
SELECT quarter(opened_on) AS quarter, count(*) AS cases, sum(amount) AS amount
FROM tax_inspection_synthetic
WHERE amount >= 500000
GROUP BY quarter(opened_on)
ORDER BY quarter

-- Q048 各县被稽查企业户数和涉及金额。
-- Inspected enterprises and amounts by county.
SELECT t.town_code, count(DISTINCT i.credit_code) AS enterprises, sum(i.amount) AS amount
FROM tax_inspection_synthetic AS i
JOIN enterprise_tax_synthetic AS t ON i.credit_code = t.credit_code
WHERE t.tax_year = 2025
GROUP BY t.town_code
ORDER BY amount DESC

-- Q049 各行业稽查案件数和平均金额。
-- Cases and mean amounts by industry.
SELECT t.industry_code, count(*) AS cases, avg(i.amount) AS mean_amount
FROM tax_inspection_synthetic i
JOIN enterprise_tax_synthetic t USING (credit_code)
WHERE t.tax_year = 2025
GROUP BY t.industry_code
ORDER BY cases DESC

-- Q050 各行业的稽查面（被稽查企业占企业总数）。
-- Coverage of inspections by industry: inspected enterprises of all.
WITH inspected AS (
  SELECT t.industry_code, count(DISTINCT i.credit_code) AS enterprises
  FROM tax_inspection_synthetic i
  JOIN enterprise_tax_synthetic t ON i.credit_code = t.credit_code
  WHERE t.tax_year = 2025
  GROUP BY t.industry_code
), everyone AS (
  SELECT industry_code, count(DISTINCT credit_code) AS enterprises
  FROM enterprise_tax_synthetic
  WHERE tax_year = 2025
  GROUP BY industry_code
)
SELECT e.industry_code, i.enterprises AS inspected, e.enterprises,
       i.enterprises * 100.0 / e.enterprises AS coverage_percent
FROM everyone e LEFT JOIN inspected i ON e.industry_code = i.industry_code
ORDER BY coverage_percent DESC

-- Q051 被稽查企业的营业收入和税额平均水平。
-- Mean turnover and taxes of inspected enterprises.
SELECT count(DISTINCT t.credit_code) AS enterprises, avg(t.turnover) AS turnover, avg(t.tax_paid) AS taxes
FROM enterprise_tax_synthetic t
JOIN tax_inspection_synthetic i ON t.credit_code = i.credit_code
WHERE t.tax_year = 2025

-- Q052 按企业规模看稽查案件数和金额。
-- Cases and amounts by size of the enterprise.
SELECT CASE WHEN t.turnover >= 10000000 THEN '1000万元以上'
            WHEN t.turnover >= 1000000 THEN '100万—1000万元'
            ELSE '100万元以下' END AS size_class,
       count(*) AS cases, sum(i.amount) AS amount
FROM tax_inspection_synthetic i
JOIN enterprise_tax_synthetic t ON i.credit_code = t.credit_code
WHERE t.tax_year = 2025
GROUP BY size_class
ORDER BY cases DESC

-- Q053 有无稽查案件的企业各多少户？
-- How many enterprises have had an inspection, and how many not?
SELECT CASE WHEN i.opened_on IS NULL THEN '无' ELSE '有' END AS inspected,
       count(DISTINCT t.credit_code) AS enterprises
FROM enterprise_tax_synthetic t
LEFT JOIN tax_inspection_synthetic i ON t.credit_code = i.credit_code
WHERE t.tax_year = 2025
GROUP BY inspected

-- Q054 稽查金额与企业营业收入是否相关？
-- Do amounts of inspections go with turnover?
SELECT corr(i.amount, t.turnover) AS correlation, count(*) AS cases
FROM tax_inspection_synthetic i
JOIN enterprise_tax_synthetic t ON i.credit_code = t.credit_code
WHERE t.tax_year = 2025

-- Q055 各县稽查金额占当地税收的比重。
-- Amounts of inspections as a share of each county's taxes.
WITH cases AS (
  SELECT t.town_code, sum(i.amount) AS amount
  FROM tax_inspection_synthetic i JOIN enterprise_tax_synthetic t ON i.credit_code = t.credit_code
  WHERE t.tax_year = 2025
  GROUP BY t.town_code
), taxes AS (
  SELECT town_code, sum(tax_paid) AS tax_paid
  FROM enterprise_tax_synthetic WHERE tax_year = 2025 GROUP BY town_code
)
SELECT d.name, c.amount, x.tax_paid, round(c.amount / x.tax_paid * 100, 1) AS percent
FROM cases c JOIN taxes x ON c.town_code = x.town_code JOIN divisions d ON d.code = c.town_code
ORDER BY percent DESC

-- Q056 稽查金额分档的案件数。
-- Cases by class of amount.
SELECT CASE WHEN amount < 100000 THEN '10万元以下'
            WHEN amount < 300000 THEN '10万—30万元'
            WHEN amount < 500000 THEN '30万—50万元'
            ELSE '50万元以上' END AS amount_class,
       count(*) AS cases
FROM tax_inspection_synthetic
GROUP BY amount_class
ORDER BY cases DESC

-- Q057 旅游相关行业（住宿、餐饮）两年对比。
-- Tourism (accommodation and catering) in the two years.
SELECT tax_year, count(DISTINCT credit_code) AS enterprises, sum(turnover) AS turnover, sum(tax_paid) AS taxes
FROM enterprise_tax_synthetic
WHERE industry_code IN ('61', '62')
GROUP BY tax_year
ORDER BY tax_year

-- Q058 九寨沟县各行业住宿餐饮与其他行业的收入。
-- Jiuzhaigou county: accommodation and catering against the rest.
SELECT CASE WHEN industry_code IN ('61', '62') THEN '住宿餐饮' ELSE '其他' END AS kind,
       tax_year, count(DISTINCT credit_code) AS enterprises, sum(turnover) AS turnover
FROM enterprise_tax_synthetic
WHERE town_code = '513225'
GROUP BY kind, tax_year
ORDER BY kind, tax_year

-- Q059 马尔康市各行业企业户数。
-- Enterprises by industry in Barkam city.
SELECT industry_code, count(DISTINCT credit_code) AS enterprises
FROM enterprise_tax_synthetic
WHERE town_code = '513201' AND tax_year = 2025
GROUP BY industry_code
ORDER BY enterprises DESC

-- Q060 牧区县（红原、若尔盖、阿坝、壤塘）与其他县农牧业对比。
-- Livestock in the pastoral counties against the others.
SELECT CASE WHEN town_code IN ('513233', '513232', '513231', '513230') THEN '牧区县' ELSE '其他县' END AS area,
       count(DISTINCT credit_code) AS enterprises, sum(turnover) AS turnover, avg(turnover) AS mean_turnover
FROM enterprise_tax_synthetic
WHERE industry_code IN ('03', '05') AND tax_year = 2025
GROUP BY area

-- Q061 建筑业各县收入。
-- Construction turnover by county.
SELECT d.name, sum(t.turnover) AS turnover, count(DISTINCT t.credit_code) AS enterprises
FROM enterprise_tax_synthetic t JOIN divisions d ON t.town_code = d.code
WHERE t.industry_code = '47' AND t.tax_year = 2025
GROUP BY d.name
ORDER BY turnover DESC

-- Q062 批发与零售的户均收入比较。
-- Mean turnover of wholesale and retail.
SELECT tax_year,
       avg(turnover) FILTER (WHERE industry_code = '51') AS wholesale,
       avg(turnover) FILTER (WHERE industry_code = '52') AS retail
FROM enterprise_tax_synthetic
GROUP BY tax_year
ORDER BY tax_year

-- Q063 制造业内部两个大类的税收比重。
-- Shares of the two divisions of manufacturing in its taxes.
WITH m AS (
  SELECT industry_code, sum(tax_paid) AS taxes
  FROM enterprise_tax_synthetic
  WHERE industry_code IN ('13', '14') AND tax_year = 2025
  GROUP BY industry_code
), total AS (SELECT sum(taxes) AS taxes FROM m)
SELECT m.industry_code, m.taxes / total.taxes AS share
FROM m, total
ORDER BY m.industry_code

-- Q064 各县户均收入与全州平均的比值。
-- Each county's mean turnover against the prefecture's.
WITH county AS (
  SELECT town_code, avg(turnover) AS mean_turnover
  FROM enterprise_tax_synthetic WHERE tax_year = 2025 GROUP BY town_code
), prefecture AS (
  SELECT avg(turnover) AS mean_turnover FROM enterprise_tax_synthetic WHERE tax_year = 2025
)
SELECT county.town_code, county.mean_turnover / prefecture.mean_turnover AS ratio
FROM county CROSS JOIN prefecture
ORDER BY ratio DESC

-- Q065 两年都有记录的企业户数（按县）。
-- Enterprises with records in both years, by county.
SELECT a.town_code, count(DISTINCT a.credit_code) AS enterprises
FROM enterprise_tax_synthetic a
JOIN enterprise_tax_synthetic b ON a.credit_code = b.credit_code
WHERE a.tax_year = 2024 AND b.tax_year = 2025
GROUP BY a.town_code
ORDER BY a.town_code

-- Q066 2024年有而2025年没有记录的企业数（注销或停业）。
-- Enterprises of 2024 that are gone in 2025.
-- outside the grammar
SELECT count(DISTINCT credit_code) AS gone
FROM enterprise_tax_synthetic
WHERE tax_year = 2024
  AND credit_code NOT IN (SELECT credit_code FROM enterprise_tax_synthetic WHERE tax_year = 2025)

-- Q067 单个企业的平均税负（先算每户再平均）。
-- The mean of each enterprise's own burden.
-- outside the grammar
SELECT industry_code, avg(tax_paid / turnover) AS mean_burden
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY industry_code
ORDER BY industry_code

-- Q068 各行业最高营业收入。
-- The highest turnover in each industry.
-- outside the grammar
SELECT industry_code, max(turnover) AS highest, avg(turnover) AS mean
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY industry_code
ORDER BY industry_code

-- Q069 纳税前十名企业名单。
-- The ten enterprises that paid most.
-- outside the grammar
SELECT credit_code, town_code, tax_paid
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
ORDER BY tax_paid DESC
LIMIT 10

-- Q070 各县税收排名，附同比位次。
-- Ranks of counties by taxes in each year.
SELECT tax_year, town_code, sum(tax_paid) AS taxes,
       rank() OVER (PARTITION BY tax_year ORDER BY sum(tax_paid) DESC) AS place
FROM enterprise_tax_synthetic
GROUP BY tax_year, town_code
ORDER BY tax_year, place

-- Q071 每县有哪些行业，列在一格里。
-- The industries of each county, in one cell.
-- outside the grammar
SELECT town_code, string_agg(DISTINCT industry_code, '、' ORDER BY industry_code) AS industries
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY town_code
ORDER BY town_code

-- Q072 户均收入在500万元以上的企业占比（500万不是公布的分档）。
-- Enterprises above 5 million yuan of turnover (not a declared band).
-- outside the grammar
SELECT tax_year, count(*) FILTER (WHERE turnover >= 5000000) * 1.0 / count(*) AS share
FROM enterprise_tax_synthetic
GROUP BY tax_year

-- Q073 县级税收表与全州合计放在一张表里。
-- Counties and the prefecture's total in one table.
SELECT town_code AS area, sum(tax_paid) AS taxes
FROM enterprise_tax_synthetic WHERE tax_year = 2025
GROUP BY town_code
UNION ALL
SELECT '513200' AS area, sum(tax_paid) AS taxes
FROM enterprise_tax_synthetic WHERE tax_year = 2025

-- Q074 按县和按行业的户数合成一张简表。
-- Enterprises by county and by industry in one short table.
SELECT '县' AS kind, town_code AS code, count(DISTINCT credit_code) AS enterprises
FROM enterprise_tax_synthetic WHERE tax_year = 2025 GROUP BY town_code
UNION ALL
SELECT '行业' AS kind, industry_code AS code, count(DISTINCT credit_code) AS enterprises
FROM enterprise_tax_synthetic WHERE tax_year = 2025 GROUP BY industry_code

-- Q075 户均税额和户均收入的增速，全州。
-- Growth of mean taxes and mean turnover in the prefecture.
WITH y AS (
  SELECT tax_year, avg(turnover) AS turnover, avg(tax_paid) AS taxes
  FROM enterprise_tax_synthetic GROUP BY tax_year
)
SELECT b.turnover / a.turnover - 1 AS turnover_growth, b.taxes / a.taxes - 1 AS taxes_growth
FROM y AS a JOIN y AS b ON b.tax_year = a.tax_year + 1

-- Q076 各县税收增速，只列下降的县。
-- Counties whose taxes fell.
WITH t AS (
  SELECT town_code,
         sum(tax_paid) FILTER (WHERE tax_year = 2024) AS before,
         sum(tax_paid) FILTER (WHERE tax_year = 2025) AS after
  FROM enterprise_tax_synthetic
  GROUP BY town_code
)
SELECT d.name, t.before, t.after, (t.after / t.before - 1) * 100 AS percent
FROM t JOIN divisions d ON t.town_code = d.code
WHERE t.after < t.before
ORDER BY percent

-- Q077 对增长的贡献：各行业拉动税收增长多少个百分点。
-- Contribution of each industry to the growth of taxes, in percentage points.
WITH i AS (
  SELECT industry_code,
         sum(CASE WHEN tax_year = 2024 THEN tax_paid END) AS before,
         sum(CASE WHEN tax_year = 2025 THEN tax_paid END) AS after
  FROM enterprise_tax_synthetic
  GROUP BY industry_code
), total AS (
  SELECT sum(before) AS before FROM i
)
SELECT i.industry_code, (i.after - i.before) / total.before * 100 AS points
FROM i CROSS JOIN total
ORDER BY points DESC

-- Q078 各行业户数、户均收入、税负一览表。
-- A sheet of industries: enterprises, mean turnover, burden.
SELECT industry_code,
       count(DISTINCT credit_code) AS enterprises,
       round(avg(turnover) / 10000, 1) AS mean_turnover_10k,
       round(sum(tax_paid) / sum(turnover) * 100, 2) AS burden_percent,
       round(median(turnover) / 10000, 1) AS median_turnover_10k
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY industry_code
ORDER BY industry_code

-- Q079 县域经济一览：户数、收入、税收、中位数，带县名。
-- A sheet of counties: enterprises, turnover, taxes, median, with names.
SELECT d.code, d.name, count(DISTINCT t.credit_code) AS enterprises, sum(t.turnover) AS turnover,
       sum(t.tax_paid) AS taxes, median(t.turnover) AS median_turnover
FROM enterprise_tax_synthetic t
JOIN divisions d ON t.town_code = d.code
WHERE t.tax_year = 2025
GROUP BY d.code, d.name
ORDER BY d.code

-- Q080 没有纳税企业的县有没有？（左连接区划）
-- Is there a county without enterprises? (divisions on the left)
SELECT d.name, count(DISTINCT t.credit_code) AS enterprises
FROM divisions d LEFT JOIN enterprise_tax_synthetic t ON d.code = t.town_code
WHERE d.parent_code = '513200' AND d.level = 'county'
GROUP BY d.name
ORDER BY enterprises

-- Q081 平均规模最大的县和行业组合（至少5户）。
-- Pairs of county and industry by mean turnover, with at least five enterprises.
SELECT town_code, industry_code, count(DISTINCT credit_code) AS n, avg(turnover) AS mean_turnover
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY town_code, industry_code
HAVING count(DISTINCT credit_code) >= 5
ORDER BY mean_turnover DESC
LIMIT 10

-- Q082 汶川地震灾区县（汶川、理县、茂县）工业税收。
-- Industry's taxes in Wenchuan, Li and Mao counties.
SELECT d.name, sum(t.tax_paid) AS taxes
FROM enterprise_tax_synthetic t JOIN divisions d ON t.town_code = d.code
WHERE d.name IN ('汶川县', '理县', '茂县') AND t.industry_code IN ('13', '14', '44') AND t.tax_year = 2025
GROUP BY d.name

-- Q083 税额四分位差，分县。
-- Interquartile range of taxes by county.
SELECT town_code, quantile_cont(tax_paid, 0.75) - quantile_cont(tax_paid, 0.25) AS iqr
FROM enterprise_tax_synthetic
WHERE tax_year = 2025
GROUP BY town_code
ORDER BY iqr DESC

-- Q084 各县平均值的简单统计：县间差异有多大？
-- How much do counties differ? Statistics of the counties' means.
WITH c AS (
  SELECT town_code, avg(turnover) AS mean_turnover
  FROM enterprise_tax_synthetic WHERE tax_year = 2025 GROUP BY town_code
)
SELECT count(*) AS counties, min(mean_turnover) AS lowest, max(mean_turnover) AS highest,
       avg(mean_turnover) AS mean, stddev(mean_turnover) AS sd
FROM c

-- Q085 税收强县与弱县分组后的户数与税收（以1500万元为界）。
-- Counties grouped by their taxes, above and under 15 million.
WITH c AS (
  SELECT town_code, sum(tax_paid) AS taxes, count(DISTINCT credit_code) AS enterprises
  FROM enterprise_tax_synthetic WHERE tax_year = 2025 GROUP BY town_code
)
SELECT CASE WHEN taxes >= 15000000 THEN '强' ELSE '弱' END AS kind,
       count(*) AS counties, sum(taxes) AS taxes, sum(enterprises) AS enterprises
FROM c
GROUP BY kind

-- Q086 2025年12月环比涨幅最大的十个城市。
-- The ten cities with the highest monthly rise in December 2025.
-- scenario: house_price_watch
SELECT city, mom_index FROM house_prices WHERE month = DATE '2025-12-01' ORDER BY mom_index DESC, city LIMIT 10

-- Q087 各月环比上涨、持平、下降的城市个数。
-- Cities that rose, stood still and fell in each month.
-- scenario: house_price_watch
SELECT month,
       count(*) FILTER (WHERE mom_index > 100) AS rose,
       count(*) FILTER (WHERE mom_index = 100) AS stood,
       count(*) FILTER (WHERE mom_index < 100) AS fell
FROM house_prices GROUP BY month ORDER BY month

-- Q088 成都每年的平均环比指数。
-- Chengdu's mean monthly index in each year.
-- scenario: house_price_watch
SELECT year(month) AS year, avg(mom_index) AS mean_index
FROM house_prices WHERE city = '成都' GROUP BY year ORDER BY year

-- Q089 70城环比指数的月度平均、中位数和标准差（近两年）。
-- Mean, median and standard deviation of the monthly index of the last two years.
-- scenario: house_price_watch
SELECT month, avg(mom_index) AS mean, median(mom_index) AS median, stddev(mom_index) AS sd
FROM house_prices WHERE month >= DATE '2024-01-01' GROUP BY month ORDER BY month

-- Q090 四个一线城市的累计涨幅（2024年以来）。
-- Cumulated change of the four largest cities since 2024.
-- scenario: house_price_watch
SELECT city, product(mom_index / 100) - 1 AS change
FROM house_prices
WHERE city IN ('北京', '上海', '广州', '深圳') AND month >= DATE '2024-01-01'
GROUP BY city ORDER BY change DESC

-- Q091 四川城市与全国平均的对比。
-- Cities of Sichuan against the mean of all.
-- scenario: house_price_watch
SELECT year(month) AS year,
       avg(mom_index) FILTER (WHERE city IN ('成都', '泸州', '南充')) AS sichuan,
       avg(mom_index) AS everywhere
FROM house_prices GROUP BY year ORDER BY year

-- Q092 各省监测城市数。
-- Watched cities by province.
-- scenario: house_price_watch
SELECT p.name AS province, count(DISTINCT h.city) AS cities
FROM house_prices h
JOIN divisions c ON c.name = h.city || '市' AND c.level = 'city'
JOIN divisions p ON c.parent_code = p.code
GROUP BY p.name ORDER BY cities DESC, province

-- Q093 连续走势：每年环比下降月份数最多的城市。
-- Cities by months with a fall since 2024.
-- scenario: house_price_watch
SELECT city, count(*) AS months
FROM house_prices WHERE mom_index < 100 AND month >= DATE '2024-01-01'
GROUP BY city HAVING count(*) >= 12 ORDER BY months DESC, city

-- Q094 各部门编制的目录条目数。
-- Entries by department.
-- scenario: catalogue_overview
SELECT department, count(*) AS entries
FROM catalogue_aba GROUP BY department ORDER BY entries DESC, department LIMIT 10

-- Q095 有条件与无条件开放的比例。
-- Conditional and unconditional openness.
-- scenario: catalogue_overview
SELECT open_type, count(*) AS entries, count(*) * 100.0 / sum(count(*)) OVER () AS percent
FROM catalogue_aba GROUP BY open_type

-- Q096 各领域条目数和更新周期。
-- Entries by domain and update cycle.
-- scenario: catalogue_overview
SELECT domain, update_freq, count(*) AS entries
FROM catalogue_aba GROUP BY ROLLUP (domain, update_freq) ORDER BY domain, update_freq

-- Q097 每季度发布的条目数。
-- Entries published in each quarter.
-- scenario: catalogue_overview
SELECT date_trunc('quarter', publish_date) AS quarter, count(*) AS entries
FROM catalogue_aba GROUP BY quarter ORDER BY quarter

-- Q098 发布后从未更新（没有更新日期）的条目，按部门。
-- Entries without an update date by department.
-- scenario: catalogue_overview
SELECT department, count(*) AS entries
FROM catalogue_aba WHERE update_date IS NULL GROUP BY department ORDER BY entries DESC, department

-- Q099 从发布到最近更新平均隔多少天，按更新周期。
-- Mean days from publication to the latest update, by update cycle.
-- scenario: catalogue_overview
SELECT update_freq, count(*) AS entries, avg(update_date - publish_date) AS days
FROM catalogue_aba WHERE update_date IS NOT NULL GROUP BY update_freq ORDER BY days DESC

-- Q100 哪些县直接编目，各有多少条、多少种领域？
-- Counties that catalogue themselves: entries and domains.
-- scenario: catalogue_overview
SELECT department, count(*) AS entries, count(DISTINCT domain) AS domains
FROM catalogue_aba WHERE department LIKE '%县' OR department LIKE '%市'
GROUP BY department ORDER BY entries DESC
