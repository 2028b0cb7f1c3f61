global using Agent.Domain.Faults;
global using Agent.Domain.Incidents;
global using Agent.Domain.Observations;
global using Agent.Domain.Recovery;
global using Shouldly;
global using Xunit;
