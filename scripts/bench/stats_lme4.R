# Null and main-effects models of each outcome by lme4, Laplace, from a table in CSV to answers in CSV.
#   Rscript stats_lme4.R STRATA.csv ANSWERS.csv
# Prints one line of JSON with wall and CPU seconds, without starting R or loading the package.
suppressPackageStartupMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
start <- proc.time()
table <- read.csv(arguments[1], colClasses = c(deprivation = "character"))
table$stratum <- interaction(table$sex, table$deprivation, table$ethnicity)
control <- glmerControl(optimizer = "bobyqa")
answer <- function(part) {
  counts <- cbind(part$numerator, part$denominator - part$numerator)
  null <- glmer(counts ~ 1 + (1 | stratum), part, family = binomial, control = control)
  main <- glmer(counts ~ sex + deprivation + ethnicity + (1 | stratum), part, family = binomial, control = control)
  variance <- function(fit) as.numeric(VarCorr(fit)$stratum)
  data.frame(
    key = part$outcome[1], model = c("null", "main_effects"), variance = c(variance(null), variance(main)),
    log_likelihood = c(logLik(null), logLik(main)), intercept = c(fixef(null)[1], fixef(main)[1])
  )
}
answers <- do.call(rbind, lapply(split(table, table$outcome), answer))
write.csv(answers, arguments[2], row.names = FALSE)
spent <- proc.time() - start
cat(sprintf('{"wall": %.4f, "cpu": %.4f}\n', spent[["elapsed"]], spent[["user.self"]] + spent[["sys.self"]]))
