using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Text.RegularExpressions;

namespace Agent.Tests.Architecture;

/// <summary>The types of an assembly that a handle, a signature or a text of its metadata names. Those of other assemblies are left out.</summary>
internal sealed partial class UsedTypes : ISignatureTypeProvider<ImmutableArray<TypeDefinitionHandle>, object?>
{
    private readonly MetadataReader _meta;
    private readonly Dictionary<string, TypeDefinitionHandle> _byName;

    public UsedTypes(MetadataReader meta)
    {
        _meta = meta;
        _byName = meta.TypeDefinitions.Where(t => meta.GetTypeDefinition(t).GetDeclaringType().IsNil)
            .ToDictionary(t => $"{Namespace(t)}.{Name(t)}", StringComparer.Ordinal);
    }

    public string Namespace(TypeDefinitionHandle type) => _meta.GetString(_meta.GetTypeDefinition(type).Namespace);

    public string Name(TypeDefinitionHandle type) => _meta.GetString(_meta.GetTypeDefinition(type).Name);

    public TypeDefinitionHandle Outermost(TypeDefinitionHandle type)
    {
        while (_meta.GetTypeDefinition(type).GetDeclaringType() is { IsNil: false } around)
            type = around;
        return type;
    }

    public IEnumerable<TypeDefinitionHandle> NamedIn(string text) =>
        FullName().Matches(text).Select(m => _byName.GetValueOrDefault(m.Value)).Where(t => !t.IsNil);

    public ImmutableArray<TypeDefinitionHandle> In(EntityHandle entity) => entity.IsNil ? [] : entity.Kind switch
    {
        HandleKind.TypeDefinition => [(TypeDefinitionHandle)entity],
        HandleKind.TypeSpecification => _meta.GetTypeSpecification((TypeSpecificationHandle)entity).DecodeSignature(this, null),
        HandleKind.FieldDefinition => [_meta.GetFieldDefinition((FieldDefinitionHandle)entity).GetDeclaringType(),
            .. _meta.GetFieldDefinition((FieldDefinitionHandle)entity).DecodeSignature(this, null)],
        HandleKind.MethodDefinition => OfMethod(_meta.GetMethodDefinition((MethodDefinitionHandle)entity)),
        HandleKind.MethodSpecification => OfMethod(_meta.GetMethodSpecification((MethodSpecificationHandle)entity)),
        HandleKind.MemberReference => OfMember(_meta.GetMemberReference((MemberReferenceHandle)entity)),
        _ => [],
    };

    private ImmutableArray<TypeDefinitionHandle> OfMethod(MethodDefinition method) => [method.GetDeclaringType(), .. All(method.DecodeSignature(this, null))];

    private ImmutableArray<TypeDefinitionHandle> OfMethod(MethodSpecification method) =>
        [.. In(method.Method), .. method.DecodeSignature(this, null).SelectMany(t => t)];

    private ImmutableArray<TypeDefinitionHandle> OfMember(MemberReference member) => member.GetKind() == MemberReferenceKind.Field
        ? [.. In(member.Parent), .. member.DecodeFieldSignature(this, null)]
        : [.. In(member.Parent), .. All(member.DecodeMethodSignature(this, null))];

    private static IEnumerable<TypeDefinitionHandle> All(MethodSignature<ImmutableArray<TypeDefinitionHandle>> signature) =>
        signature.ParameterTypes.Append(signature.ReturnType).SelectMany(t => t);

    public ImmutableArray<TypeDefinitionHandle> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [handle];

    public ImmutableArray<TypeDefinitionHandle> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [];

    public ImmutableArray<TypeDefinitionHandle> GetTypeFromSpecification(
        MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => In(handle);

    public ImmutableArray<TypeDefinitionHandle> GetPrimitiveType(PrimitiveTypeCode typeCode) => [];

    public ImmutableArray<TypeDefinitionHandle> GetGenericMethodParameter(object? genericContext, int index) => [];

    public ImmutableArray<TypeDefinitionHandle> GetGenericTypeParameter(object? genericContext, int index) => [];

    public ImmutableArray<TypeDefinitionHandle> GetSZArrayType(ImmutableArray<TypeDefinitionHandle> elementType) => elementType;

    public ImmutableArray<TypeDefinitionHandle> GetArrayType(ImmutableArray<TypeDefinitionHandle> elementType, ArrayShape shape) => elementType;

    public ImmutableArray<TypeDefinitionHandle> GetByReferenceType(ImmutableArray<TypeDefinitionHandle> elementType) => elementType;

    public ImmutableArray<TypeDefinitionHandle> GetPointerType(ImmutableArray<TypeDefinitionHandle> elementType) => elementType;

    public ImmutableArray<TypeDefinitionHandle> GetPinnedType(ImmutableArray<TypeDefinitionHandle> elementType) => elementType;

    public ImmutableArray<TypeDefinitionHandle> GetFunctionPointerType(MethodSignature<ImmutableArray<TypeDefinitionHandle>> signature) => [.. All(signature)];

    public ImmutableArray<TypeDefinitionHandle> GetGenericInstantiation(ImmutableArray<TypeDefinitionHandle> genericType,
        ImmutableArray<ImmutableArray<TypeDefinitionHandle>> typeArguments) => [.. genericType, .. typeArguments.SelectMany(t => t)];

    public ImmutableArray<TypeDefinitionHandle> GetModifiedType(ImmutableArray<TypeDefinitionHandle> modifier,
        ImmutableArray<TypeDefinitionHandle> unmodifiedType, bool isRequired) => [.. modifier, .. unmodifiedType];

    [GeneratedRegex(@"[\w.`]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FullName();
}
