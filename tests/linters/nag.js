// What cdk-nag says of the templates in a folder, nothing suppressed: one finding a line, as JSON.
const fs = require("fs");
const path = require("path");
const { App, Aspects, Stack } = require("aws-cdk-lib");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");
const { AwsSolutionsChecks, HIPAASecurityChecks, PCIDSS321Checks } = require("cdk-nag");

const folder = process.argv[2];
const packs = [AwsSolutionsChecks, HIPAASecurityChecks, PCIDSS321Checks];

/** What of a template a stack can include: CDK does not know outputs of other regions' stacks. */
function readable(template) {
  const known = (_, value) => (value?.["Fn::GetStackOutput"] ? { "Fn::ImportValue": "elsewhere" } : value);
  const copy = path.join(fs.mkdtempSync(path.join(folder, "nag-")), template);
  fs.writeFileSync(copy, JSON.stringify(JSON.parse(fs.readFileSync(path.join(folder, template)), known)));
  return copy;
}

/** A logger that prints what is found in a stack; a rule that could not be checked is a finding, too. */
function printer(stack) {
  const print = ({ ruleId, findingId, resource }) =>
    console.log(JSON.stringify({ rule: ruleId, resource: `${stack} ${resource.node.id}`, detail: findingId }));
  const ignore = () => {};
  return {
    onCompliance: ignore,
    onError: print,
    onNonCompliance: print,
    onNotApplicable: ignore,
    onSuppressed: ignore,
    onSuppressedError: ignore,
  };
}

for (const template of fs.readdirSync(folder).filter((file) => file.endsWith(".template.json")).sort()) {
  const name = template.replace(".template.json", "");
  const app = new App({ analyticsReporting: false, outdir: fs.mkdtempSync(path.join(folder, "cdk-")) });
  new CfnInclude(new Stack(app, name.replace(/\./g, "-")), "Template", { templateFile: readable(template) });
  for (const Pack of packs) {
    Aspects.of(app).add(new Pack({ reports: false, additionalLoggers: [printer(name)] }));
  }
  app.synth();
}
