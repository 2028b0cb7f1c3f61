using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Agent.Tests.Architecture;

/// <summary>One type that uses another, both of one assembly, with their namespaces.</summary>
internal readonly record struct TypeUse(string FromNamespace, string From, string ToNamespace, string To);

/// <summary>
/// Which type of an assembly uses which other one of it, read from what the compiler made: signatures, attributes and every
/// instruction. So a use needs no `using`, and lambdas, local functions and state machines count for the type that they were written in.
/// A constant leaves no trace in an assembly; <see cref="SourceUses"/> sees that one.
/// </summary>
internal sealed class AssemblyUses
{
    private static readonly Dictionary<short, OperandType> Operands = typeof(OpCodes).GetFields()
        .Select(f => f.GetValue(null)).OfType<OpCode>().ToDictionary(c => c.Value, c => c.OperandType);

    private readonly PEReader _file;
    private readonly MetadataReader _meta;
    private readonly UsedTypes _used;
    private readonly HashSet<TypeUse> _found = [];

    private AssemblyUses(PEReader file)
    {
        (_file, _meta) = (file, file.GetMetadataReader());
        _used = new UsedTypes(_meta);
    }

    public static IReadOnlyCollection<TypeUse> Of(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var uses = new AssemblyUses(file);
        foreach (var handle in uses._meta.TypeDefinitions)
            uses.Read(handle);
        return uses._found;
    }

    private void Read(TypeDefinitionHandle handle)
    {
        var type = _meta.GetTypeDefinition(handle);
        var owner = _used.Outermost(handle);
        List<EntityHandle> seen = [type.BaseType, .. type.GetInterfaceImplementations().Select(i => _meta.GetInterfaceImplementation(i).Interface)];
        HashSet<TypeDefinitionHandle> named = [];
        Attributes(type.GetCustomAttributes(), named);
        Constraints(type.GetGenericParameters(), seen);
        foreach (var field in type.GetFields().Select(_meta.GetFieldDefinition))
        {
            named.UnionWith(field.DecodeSignature(_used, null));
            Attributes(field.GetCustomAttributes(), named);
        }

        foreach (var property in type.GetProperties().Select(_meta.GetPropertyDefinition))
            Attributes(property.GetCustomAttributes(), named);
        foreach (var method in type.GetMethods().Select(_meta.GetMethodDefinition))
        {
            var signature = method.DecodeSignature(_used, null);
            named.UnionWith(signature.ReturnType);
            named.UnionWith(signature.ParameterTypes.SelectMany(p => p));
            Attributes(method.GetCustomAttributes(), named);
            Constraints(method.GetGenericParameters(), seen);
            if (method.RelativeVirtualAddress != 0)
                Body(_file.GetMethodBody(method.RelativeVirtualAddress), seen, named);
        }

        foreach (var entity in seen)
            named.UnionWith(_used.In(entity));
        foreach (var to in named.Select(_used.Outermost).Where(t => t != owner).Distinct())
            _found.Add(new TypeUse(_used.Namespace(owner), _used.Name(owner), _used.Namespace(to), _used.Name(to)));
    }

    private void Constraints(GenericParameterHandleCollection parameters, List<EntityHandle> seen) =>
        seen.AddRange(parameters.SelectMany(p => _meta.GetGenericParameter(p).GetConstraints()).Select(c => _meta.GetGenericParameterConstraint(c).Type));

    private void Attributes(CustomAttributeHandleCollection attributes, HashSet<TypeDefinitionHandle> named)
    {
        foreach (var attribute in attributes.Select(_meta.GetCustomAttribute))
        {
            named.UnionWith(_used.In(attribute.Constructor));
            // A type that an attribute names is its full name in text: [JsonSerializable(typeof(X))].
            var text = System.Text.Encoding.UTF8.GetString(_meta.GetBlobBytes(attribute.Value));
            named.UnionWith(_used.NamedIn(text));
        }
    }

    private void Body(MethodBodyBlock body, List<EntityHandle> seen, HashSet<TypeDefinitionHandle> named)
    {
        if (!body.LocalSignature.IsNil)
            named.UnionWith(_meta.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_used, null).SelectMany(l => l));
        seen.AddRange(body.ExceptionRegions.Where(r => !r.CatchType.IsNil).Select(r => r.CatchType));
        var code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            short value = code.ReadByte();
            if (value == 0xFE)
                value = unchecked((short)(0xFE00 | code.ReadByte()));
            switch (Operands[value])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    seen.Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                case OperandType.InlineNone:
                    break;
                default:
                    code.Offset += 4;
                    break;
            }
        }
    }
}
